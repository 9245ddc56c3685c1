from tortoise import migrations
from tortoise.migrations import operations as ops
from models.filled_field import AddFilledField
from models.care import RiskTier, TaskKind
from models.sealed import SealedField
from models.ward_week import TicketState, Verified
from orjson import loads
from tortoise.fields.base import OnDelete
from tortoise.fields.data import JSON_DUMPS
from uuid import uuid4
from tortoise import fields
from tortoise.indexes import Index

class Migration(migrations.Migration):
    dependencies = [('models', '0006_page_codes')]

    initial = False

    operations = [
        ops.CreateModel(
            name='BedsideCheck',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('encounter', fields.OneToOneField('models.Encounter', source_field='encounter_id', db_constraint=True, to_field='id', related_name='bedside_check', on_delete=OnDelete.RESTRICT)),
                ('phone_tried', fields.CharField(default='', max_length=16)),
                ('channel', fields.CharField(default='', max_length=16)),
                ('best_time', fields.CharField(default='', max_length=16)),
                ('others_may_know', fields.BooleanField(null=True)),
                ('explained', fields.BooleanField(default=False)),
                ('pack_given', fields.BooleanField(default=False)),
                ('test_sent_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('note', fields.CharField(default='', max_length=512)),
                ('done_by', fields.CharField(default='', max_length=64)),
                ('done_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'bedside_check', 'app': 'models', 'pk_attr': 'id', 'table_description': 'bedside_check'},
            bases=['Row'],
        ),
        ops.CreateModel(
            name='DepartmentMonth',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('month', fields.DateField()),
                ('department', fields.ForeignKeyField('models.Department', source_field='department_id', db_index=True, db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.RESTRICT)),
                ('comment', fields.TextField(default='', unique=False)),
                ('signed_by', fields.CharField(default='', max_length=64)),
                ('signed_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('issue', fields.IntField(default=0)),
            ],
            options={'table': 'department_month', 'app': 'models', 'unique_together': (('month', 'department'),), 'pk_attr': 'id', 'table_description': 'department_month'},
            bases=['Row'],
        ),
        ops.CreateModel(
            name='IssuedMonth',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('month', fields.DateField()),
                ('issue', fields.IntField()),
                ('made_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('made_by', fields.CharField(max_length=64)),
                ('figures', fields.JSONField(encoder=JSON_DUMPS, decoder=loads)),
            ],
            options={'table': 'issued_month', 'app': 'models', 'unique_together': (('month', 'issue'),), 'pk_attr': 'id', 'table_description': 'issued_month'},
            bases=['Row'],
        ),
        ops.CreateModel(
            name='QuestionTicket',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('number', fields.CharField(unique=True, max_length=32)),
                ('patient', fields.ForeignKeyField('models.Patient', source_field='patient_id', db_index=True, db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.RESTRICT)),
                ('encounter', fields.ForeignKeyField('models.Encounter', source_field='encounter_id', null=True, db_index=True, db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.RESTRICT)),
                ('task', fields.ForeignKeyField('models.FollowUpTask', source_field='task_id', null=True, db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.RESTRICT)),
                ('alert', fields.ForeignKeyField('models.Alert', source_field='alert_id', null=True, db_index=True, db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.RESTRICT)),
                ('department', fields.ForeignKeyField('models.Department', source_field='department_id', null=True, db_index=True, db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.RESTRICT)),
                ('words', SealedField()),
                ('urgent', fields.BooleanField(default=False)),
                ('state', fields.CharEnumField(default=TicketState.RECEIVED, description='', enum_type=TicketState, max_length=32)),
                ('liaison', fields.ForeignKeyField('models.StaffMember', source_field='liaison_id', null=True, db_index=True, db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.RESTRICT)),
                ('opinion', SealedField(default='')),
                ('answer', SealedField(default='')),
                ('disposition', fields.CharField(default='', max_length=16)),
                ('asked_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('due_at', fields.DatetimeField(db_index=True, auto_now=False, auto_now_add=False)),
                ('passed_on_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('answered_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('told_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('read_back_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('solved', fields.BooleanField(null=True)),
                ('closed_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('closed_by', fields.CharField(default='', max_length=64)),
            ],
            options={'table': 'question_ticket', 'app': 'models', 'indexes': [Index(fields=['state', 'due_at'])], 'pk_attr': 'id', 'table_description': 'question_ticket'},
            bases=['Row'],
        ),
        ops.CreateModel(
            name='TakenFile',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('name', fields.CharField(max_length=256)),
                ('digest', fields.CharField(unique=True, max_length=64)),
                ('kind', fields.CharField(max_length=32)),
                ('day', fields.DateField(db_index=True)),
                ('result', fields.CharField(default='', max_length=16)),
                ('good_rows', fields.IntField(default=0)),
                ('bad_rows', fields.IntField(default=0)),
                ('taken_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'taken_file', 'app': 'models', 'pk_attr': 'id', 'table_description': 'taken_file'},
            bases=['Row'],
        ),
        ops.CreateModel(
            name='Verification',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('task', fields.OneToOneField('models.FollowUpTask', source_field='task_id', db_constraint=True, to_field='id', related_name='verification', on_delete=OnDelete.RESTRICT)),
                ('month', fields.DateField(db_index=True)),
                ('drawn_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('asked_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('way', fields.CharField(default='', max_length=16)),
                ('answer', fields.CharEnumField(null=True, description='', enum_type=Verified, max_length=32)),
                ('answered_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('asked_by', fields.CharField(default='', max_length=64)),
            ],
            options={'table': 'verification', 'app': 'models', 'pk_attr': 'id', 'table_description': 'verification'},
            bases=['Row'],
        ),
        AddFilledField(
            model_name='Department',
            name='channel',
            field=fields.CharField(default='', max_length=16),
        ),
        AddFilledField(
            model_name='Encounter',
            name='chosen_by',
            field=fields.CharField(default='', max_length=64),
        ),
        AddFilledField(
            model_name='Encounter',
            name='expected',
            field=fields.BooleanField(default=False),
        ),
        AddFilledField(
            model_name='Encounter',
            name='header',
            field=fields.JSONField(default=dict, encoder=JSON_DUMPS, decoder=loads),
        ),
        AddFilledField(
            model_name='Encounter',
            name='risk',
            field=fields.CharEnumField(default=RiskTier.NORMAL, description='', enum_type=RiskTier, max_length=32),
        ),
        AddFilledField(
            model_name='Encounter',
            name='risk_reasons',
            field=fields.JSONField(default=list, encoder=JSON_DUMPS, decoder=loads),
        ),
        AddFilledField(
            model_name='FollowUpPlan',
            name='pause_reason',
            field=fields.CharField(default='', max_length=64),
        ),
        ops.AddField(
            model_name='FollowUpPlan',
            name='paused_until',
            field=fields.DateField(null=True),
        ),
        ops.AddField(
            model_name='FollowUpTask',
            name='assigned_at',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name='FollowUpTask',
            name='assigned_to',
            field=fields.ForeignKeyField('models.StaffMember', source_field='assigned_to_id', null=True, db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.RESTRICT),
        ),
        ops.AddField(
            model_name='FollowUpTask',
            name='attempted_at',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        AddFilledField(
            model_name='FollowUpTask',
            name='kind',
            field=fields.CharEnumField(default=TaskKind.ROUND, description='', enum_type=TaskKind, max_length=32),
        ),
        ops.AddField(
            model_name='FollowUpTask',
            name='reached_at',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddIndex(
            model_name='FollowUpTask',
            index=Index(fields=['assigned_to_id', 'status']),
        ),
        ops.AddIndex(
            model_name='FollowUpTask',
            index=Index(fields=['deadline_at']),
        ),
        AddFilledField(
            model_name='Patient',
            name='usual_caller',
            field=fields.CharField(default='', db_index=True, max_length=64),
        ),
        AddFilledField(
            model_name='StaffMember',
            name='skills',
            field=fields.JSONField(default=list, encoder=JSON_DUMPS, decoder=loads),
        ),
    ]
