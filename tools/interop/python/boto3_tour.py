"""Calls KMS and Secrets Manager through boto3 as any program would, and prints what it saw as one JSON object."""

import json

import boto3
from botocore.exceptions import ClientError

kms = boto3.client("kms")
secrets = boto3.client("secretsmanager")
NAME = "/services/payment-service/dev"


def error_of(call, **arguments):
    """Name of AWS's error, or None where the call succeeds."""
    try:
        call(**arguments)
    except ClientError as error:
        return error.response["Error"]["Code"]
    return None


def data_key():
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.create_alias(AliasName="alias/payment-service-dev", TargetKeyId=key)
    made = kms.generate_data_key(KeyId=key, KeySpec="AES_256", EncryptionContext={"stage": "dev", "service": "é"})
    opened = kms.decrypt(CiphertextBlob=made["CiphertextBlob"], EncryptionContext={"service": "é", "stage": "dev"})
    kms.enable_key_rotation(KeyId=key)
    return {
        "same": opened["Plaintext"] == made["Plaintext"],
        "length": len(opened["Plaintext"]),
        "rotation": kms.get_key_rotation_status(KeyId=key)["KeyRotationEnabled"],
        "tooLong": error_of(kms.encrypt, KeyId=key, Plaintext=b"x" * 4097),
    }


def secret_life():
    value = json.dumps({"SIGNING_KEY": "ключ ☃ \u2028"}, ensure_ascii=False)
    secrets.create_secret(Name=NAME, SecretString=value, KmsKeyId="alias/payment-service-dev")
    read = secrets.get_secret_value(SecretId=NAME)["SecretString"]
    secrets.update_secret(SecretId=NAME, Description="keys of the payment service")
    secrets.delete_secret(SecretId=NAME, RecoveryWindowInDays=7)
    while_deleted = error_of(secrets.get_secret_value, SecretId=NAME)
    secrets.restore_secret(SecretId=NAME)
    return {
        "same": read == value,
        "whileDeleted": while_deleted,
        "description": secrets.describe_secret(SecretId=NAME)["Description"],
        "twice": error_of(secrets.create_secret, Name=NAME, SecretString="{}"),
    }


def listing():
    for number in range(12):
        secrets.create_secret(Name=f"/listed/{number:02}", SecretBinary=bytes([number]))
    pages = secrets.get_paginator("list_secrets").paginate(
        Filters=[{"Key": "name", "Values": ["/listed/"]}], PaginationConfig={"PageSize": 5}
    )
    listed = sorted(entry["Name"] for page in pages for entry in page["SecretList"])
    return {"count": len(set(listed)), "binary": secrets.get_secret_value(SecretId=listed[7])["SecretBinary"][0]}


print(json.dumps({"dataKey": data_key(), "secret": secret_life(), "list": listing()}))
