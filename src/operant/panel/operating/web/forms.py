from django import forms


class NoticeForm(forms.Form):
    words = forms.CharField(label="What everybody should know", max_length=300)


class ProductUpdateForm(forms.Form):
    key = forms.UUIDField(widget=forms.HiddenInput)
    subject = forms.CharField(max_length=150, help_text="One line, as it stands in people's inboxes.")
    text = forms.CharField(
        max_length=20_000, label="What is new", widget=forms.Textarea(attrs={"rows": 12}),
        help_text="Plain text. An empty line begins a new paragraph.",
    )
