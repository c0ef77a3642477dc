from django import forms


class NoticeForm(forms.Form):
    words = forms.CharField(label="What everybody should know", max_length=300)
