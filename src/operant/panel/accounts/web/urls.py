from django.urls import path

from . import views

urlpatterns = [
    path("me/", views.profile, name="profile"),
    path("welcome/<str:key>/<str:token>/", views.welcome, name="welcome"),
]
