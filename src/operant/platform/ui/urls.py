from django.urls import path

from operant.platform.ui import looks

urlpatterns = [path("looks", looks.looks, name="looks")]
