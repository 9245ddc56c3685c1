from tortoise import migrations
from tortoise.migrations import operations as ops
from models.filled_field import AddFilledField
from tortoise import fields

class Migration(migrations.Migration):
    dependencies = [('models', '0008_pushed')]

    initial = False

    operations = [
        AddFilledField(
            model_name='Encounter',
            name='severity',
            field=fields.CharField(default='', max_length=32),
        ),
        ops.AddField(
            model_name='Encounter',
            name='medicine_changed_on',
            field=fields.DateField(null=True),
        ),
    ]
