from django.db import migrations

from operant.platform.tenancy.operations import RECEPTION, Isolate

HIDDEN = (
    "account.emailaddress", "account.emailconfirmation", "accounts.backupcode", "accounts.factor", "accounts.mailchange",
    "accounts.session", "accounts.signin", "accounts.signup", "mfa.authenticator", "socialaccount.socialaccount",
    "socialaccount.socialtoken",
)  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0007_unfinished_sign_ins"),
        ("account", "0009_emailaddress_unique_primary_email"),
        ("mfa", "0003_authenticator_type_uniq"),
        ("socialaccount", "0006_alter_socialaccount_extra_data"),
    ]
    operations = [Isolate(model, visible=RECEPTION, own=RECEPTION) for model in HIDDEN]
