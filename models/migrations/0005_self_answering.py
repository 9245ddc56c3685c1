from tortoise import migrations
from tortoise.migrations import operations as ops
from models.filled_field import AddFilledField
from tortoise import fields

class Migration(migrations.Migration):
    dependencies = [('models', '0004_channels')]

    initial = False

    operations = [
        AddFilledField(
            model_name='Department',
            name='self_answering',
            field=fields.BooleanField(default=False),
        ),
    ]
