from django.core.management import call_command


def test_the_settings_pass_every_check_of_django_and_its_apps():
    call_command("check", fail_level="ERROR")
