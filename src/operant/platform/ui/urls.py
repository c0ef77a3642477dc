from django.urls import path

from operant.platform.ui import looks

app_name = "ui"
urlpatterns = [path("looks", looks.looks, name="looks")]
