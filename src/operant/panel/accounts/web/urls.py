from django.urls import path

from operant.platform.tenancy import ids

from . import sessions, views

ids.register("session", "ses")

urlpatterns = [
    path("me/", views.profile, name="profile"),
    path("me/sessions/", sessions.sessions, name="sessions"),
    path("me/sessions/others/ending", sessions.other_sessions_ending, name="other_sessions_ending"),
    path("me/sessions/<session:session_id>/ending", sessions.session_ending, name="session_ending"),
    path("welcome/<str:key>/<str:token>/", views.welcome, name="welcome"),
]
