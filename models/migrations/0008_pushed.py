from tortoise import migrations
from tortoise.migrations import operations as ops
from models.sealed import SealedField
from uuid import uuid4
from tortoise import fields
from tortoise.indexes import Index

class Migration(migrations.Migration):
    dependencies = [('models', '0007_ward_week')]

    initial = False

    operations = [
        ops.CreateModel(
            name='Pushed',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('channel', fields.CharField(max_length=32)),
                ('external_id', fields.CharField(max_length=160)),
                ('person', fields.CharField(max_length=64)),
                ('content', SealedField()),
                ('received_at', fields.DatetimeField(db_index=True, auto_now=False, auto_now_add=False)),
                ('holder', fields.CharField(max_length=32)),
                ('held_until', fields.DatetimeField(db_index=True, auto_now=False, auto_now_add=False)),
                ('tries', fields.IntField(default=1)),
            ],
            options={'table': 'pushed', 'app': 'models', 'unique_together': (('channel', 'external_id'),), 'indexes': [Index(fields=['channel', 'person'])], 'pk_attr': 'id', 'table_description': 'pushed'},
            bases=['Row'],
        ),
    ]
