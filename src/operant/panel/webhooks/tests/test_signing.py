import base64
from datetime import UTC, datetime

from standardwebhooks import Webhook

from operant.panel.webhooks import signing

# The example of the specification's own libraries.
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
ID, TIME, BODY = "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, '{"test": 2432232314}'
SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_the_published_example_has_its_published_signature():
    assert signing.signature(SECRET, ID, TIME, BODY.encode()) == SIGNATURE


def test_the_public_library_signs_the_same():
    for body in (BODY, "", "🚢" * 1000, "a\r\nb"):
        theirs = Webhook(SECRET).sign(ID, datetime.fromtimestamp(TIME, UTC), body)
        assert signing.signature(SECRET, ID, TIME, body.encode()) == theirs


def test_a_secret_has_32_random_bytes_and_its_prefix():
    made = {signing.new_secret() for _ in range(20)}
    assert len(made) == 20
    assert {(each[:6], len(base64.b64decode(each[6:]))) for each in made} == {("whsec_", 32)}


def test_each_secret_has_its_signature():
    other = signing.new_secret()
    told = signing.headers(webhook_id=ID, timestamp=TIME, body=BODY.encode(), secrets=[other, SECRET])
    assert told == {
        "webhook-id": ID, "webhook-timestamp": str(TIME),
        "webhook-signature": f"{signing.signature(other, ID, TIME, BODY.encode())} {SIGNATURE}",
    }  # fmt: skip
