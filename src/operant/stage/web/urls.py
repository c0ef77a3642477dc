urlpatterns = []
inside = []
