from tortoise import migrations
from tortoise.migrations import operations as ops
from models.filled_field import AddFilledField
from models.channel import CallKind
from models.conversation import OutgoingStatus
from models.people import System
from models.sealed import BlindIndexField, SealedField
from orjson import loads
from tortoise.fields.base import OnDelete
from tortoise.fields.data import JSON_DUMPS
from uuid import uuid4
from tortoise import fields
from tortoise.indexes import Index

class Migration(migrations.Migration):
    dependencies = [('models', '0003_complaints')]

    initial = False

    operations = [
        ops.CreateModel(
            name='AddressClaim',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('system', fields.CharEnumField(description='', enum_type=System, max_length=32)),
                ('address', SealedField()),
                ('address_index', BlindIndexField(null=True, of='address', purpose='.system')),
                ('link_hash', fields.CharField(default='', max_length=64)),
                ('contact_point', fields.ForeignKeyField('models.ContactPoint', source_field='contact_point_id', null=True, db_index=True, db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.RESTRICT)),
                ('code_hash', fields.CharField(default='', max_length=64)),
                ('attempts', fields.IntField(default=0)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('expires_at', fields.DatetimeField(db_index=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'address_claim', 'app': 'models', 'unique_together': (('address_index', 'system'),), 'pk_attr': 'id', 'table_description': 'address_claim'},
            bases=['Row'],
        ),
        ops.CreateModel(
            name='ChannelEvent',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('channel', fields.CharField(max_length=32)),
                ('external_id', fields.CharField(max_length=160)),
                ('kind', fields.CharField(max_length=32)),
                ('address', SealedField(default='')),
                ('contact_point', fields.ForeignKeyField('models.ContactPoint', source_field='contact_point_id', null=True, db_index=True, db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.RESTRICT)),
                ('reply', SealedField(null=True)),
                ('result', fields.CharField(default='', max_length=64)),
                ('received_at', fields.DatetimeField(db_index=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'channel_event', 'app': 'models', 'unique_together': (('channel', 'external_id'),), 'pk_attr': 'id', 'table_description': 'channel_event'},
            bases=['Row'],
        ),
        ops.CreateModel(
            name='ChannelState',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('channel', fields.CharField(unique=True, max_length=32)),
                ('last_in_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('last_out_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('paused_until', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('failures', fields.IntField(default=0)),
                ('error', fields.CharField(default='', max_length=255)),
                ('error_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('probed', fields.JSONField(default=list, encoder=JSON_DUMPS, decoder=loads)),
                ('probed_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'channel_state', 'app': 'models', 'pk_attr': 'id', 'table_description': 'channel_state'},
            bases=['Row'],
        ),
        ops.CreateModel(
            name='ChannelToken',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('channel', fields.CharField(unique=True, max_length=32)),
                ('token', SealedField(default='')),
                ('expires_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('refreshed_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'channel_token', 'app': 'models', 'pk_attr': 'id', 'table_description': 'channel_token'},
            bases=['Row'],
        ),
        ops.CreateModel(
            name='DutyCall',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('occurrence', fields.CharField(unique=True, max_length=160)),
                ('alert', fields.ForeignKeyField('models.Alert', source_field='alert_id', db_index=True, db_constraint=True, to_field='id', related_name='duty_calls', on_delete=OnDelete.RESTRICT)),
                ('kind', fields.CharEnumField(description='', enum_type=CallKind, max_length=32)),
                ('number', SealedField()),
                ('status', fields.CharEnumField(default=OutgoingStatus.QUEUED, description='', enum_type=OutgoingStatus, max_length=32)),
                ('attempt', fields.IntField(default=0)),
                ('not_before', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('lease_until', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('lease_token', fields.CharField(default='', max_length=64)),
                ('provider_id', fields.CharField(default='', db_index=True, max_length=128)),
                ('error', fields.CharField(default='', max_length=255)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('sent_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'duty_call', 'app': 'models', 'indexes': [Index(fields=['status', 'not_before'])], 'pk_attr': 'id', 'table_description': 'duty_call'},
            bases=['Row'],
        ),
        ops.CreateModel(
            name='GroupDelivery',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('post', fields.ForeignKeyField('models.GroupPost', source_field='post_id', db_constraint=True, to_field='id', related_name='deliveries', on_delete=OnDelete.RESTRICT)),
                ('group', fields.CharField(max_length=64)),
                ('channel', fields.CharField(max_length=32)),
                ('status', fields.CharEnumField(default=OutgoingStatus.QUEUED, description='', enum_type=OutgoingStatus, max_length=32)),
                ('attempt', fields.IntField(default=0)),
                ('not_before', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('lease_until', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('lease_token', fields.CharField(default='', max_length=64)),
                ('provider_id', fields.CharField(default='', max_length=128)),
                ('error', fields.CharField(default='', max_length=255)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('sent_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'group_delivery', 'app': 'models', 'unique_together': (('post', 'group'),), 'indexes': [Index(fields=['status', 'not_before'])], 'pk_attr': 'id', 'table_description': 'group_delivery'},
            bases=['Row'],
        ),
        ops.CreateModel(
            name='Receipt',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('occurrence', fields.CharField(unique=True, max_length=255)),
                ('channel', fields.CharField(max_length=32)),
                ('provider_id', fields.CharField(db_index=True, max_length=128)),
                ('status', fields.CharEnumField(description='', enum_type=OutgoingStatus, max_length=32)),
                ('code', fields.CharField(default='', max_length=64)),
                ('happened_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('received_at', fields.DatetimeField(db_index=True, auto_now=False, auto_now_add=False)),
                ('matched_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'receipt', 'app': 'models', 'pk_attr': 'id', 'table_description': 'receipt'},
            bases=['Row'],
        ),
        ops.CreateModel(
            name='SendWindow',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('contact_point', fields.OneToOneField('models.ContactPoint', source_field='contact_point_id', db_constraint=True, to_field='id', related_name='send_window', on_delete=OnDelete.RESTRICT)),
                ('closes_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('left', fields.IntField(default=0)),
                ('click_closes_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('click_left', fields.IntField(default=0)),
            ],
            options={'table': 'send_window', 'app': 'models', 'pk_attr': 'id', 'table_description': 'send_window'},
            bases=['Row'],
        ),
        ops.CreateModel(
            name='StaffAccount',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('channel', fields.CharField(max_length=32)),
                ('account', SealedField()),
                ('account_index', BlindIndexField(null=True, of='account', purpose='staff_account')),
                ('staff', fields.ForeignKeyField('models.StaffMember', source_field='staff_id', db_index=True, db_constraint=True, to_field='id', related_name='accounts', on_delete=OnDelete.RESTRICT)),
                ('bound_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'staff_account', 'app': 'models', 'unique_together': (('account_index', 'channel'),), 'pk_attr': 'id', 'table_description': 'staff_account'},
            bases=['Row'],
        ),
        ops.CreateModel(
            name='StaffCode',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('staff', fields.ForeignKeyField('models.StaffMember', source_field='staff_id', db_index=True, db_constraint=True, to_field='id', related_name='codes', on_delete=OnDelete.RESTRICT)),
                ('code_hash', fields.CharField(unique=True, max_length=64)),
                ('expires_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('used_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'staff_code', 'app': 'models', 'pk_attr': 'id', 'table_description': 'staff_code'},
            bases=['Row'],
        ),
        ops.CreateModel(
            name='TemplateConsent',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('contact_point', fields.ForeignKeyField('models.ContactPoint', source_field='contact_point_id', db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.RESTRICT)),
                ('template_id', fields.CharField(max_length=64)),
                ('left', fields.IntField(default=0)),
                ('lasting', fields.BooleanField(default=False)),
                ('changed_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'template_consent', 'app': 'models', 'unique_together': (('contact_point', 'template_id'),), 'pk_attr': 'id', 'table_description': 'template_consent'},
            bases=['Row'],
        ),
        AddFilledField(
            model_name='Outgoing',
            name='extension',
            field=fields.CharField(default='', max_length=8),
        ),
        AddFilledField(
            model_name='Outgoing',
            name='tried',
            field=fields.JSONField(default=list, encoder=JSON_DUMPS, decoder=loads),
        ),
    ]
