"""Signs the messages that the payment service sends."""

import hashlib
import hmac
import json
import os

from aws_lambda_powertools.utilities.parameters import get_secret

STAGE = os.environ.get("STAGE", "dev")


def read_secrets() -> dict:
    """The secrets of the stage that runs; Powertools keeps them for five minutes."""
    return json.loads(get_secret(f"/services/payment-service/{STAGE}", max_age=300))


def handler(event: dict, context: object) -> dict:
    """Gives the HMAC-SHA256 of the event's body, which the receiver checks with the same key."""
    key = read_secrets()["SIGNING_KEY"]
    signature = hmac.new(key.encode(), event["body"].encode(), hashlib.sha256)
    return {"signature": signature.hexdigest()}
