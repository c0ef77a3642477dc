from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('queue', '0001_first'),
    ]

    operations = [
        migrations.CreateModel(
            name='Start',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('began_at', models.DateTimeField()),
                ('seen_at', models.DateTimeField()),
            ],
        ),
    ]
