from django import forms


class SignUpForm(forms.Form):
    name = forms.CharField(max_length=120)
    organization = forms.CharField(max_length=120)
