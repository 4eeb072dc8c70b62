"""The suite: fast hashing, throw-away keys, tasks run in place, an undefined template variable is an error."""

import base64
import os
import tempfile
from pathlib import Path

# Tests must not depend on keys of this installation.
os.environ["SECRET_KEY"] = "test-secret-key-that-is-long-enough-for-the-deploy-checks-000"
os.environ["JIANGJIN_FIELD_KEYS"] = base64.urlsafe_b64encode(b"t" * 32).decode()
os.environ["JIANGJIN_DIGEST_KEY"] = "test-digest-key"
os.environ.pop("JIANGJIN_TODAY", None)

from jiangjin.settings.base import *
from jiangjin.settings.base import DATABASES, REST_FRAMEWORK, TEMPLATES


class UndefinedTemplateVariable(str):
    """Django asks `"%s" in string_if_invalid`, then formats it with the variable's name: here that is a failure."""

    def __contains__(self, item: object) -> bool:
        return item == "%s"

    def __mod__(self, name: object) -> str:
        raise NameError(f"undefined template variable: {name}")


ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
TODAY = ""
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = UndefinedTemplateVariable("%s")
STORAGES = {
    "default": {"BACKEND": "jiangjin.common.storage.EncryptedFileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
MEDIA_ROOT = Path(tempfile.mkdtemp(prefix="jiangjin-test-"))
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
CALL_CONSUMERS_ON_COMMIT = False
AXES_ENABLED = False
suffix = os.environ.get("JIANGJIN_TEST_DB_SUFFIX", "")
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # Files, not memory: the live server's threads and the test share the second under WAL, each by a connection of its own. (Of a
    # database in memory the server would be handed the test's connection, and close it under the test's feet.)
    DATABASES["default"]["NAME"] = Path(tempfile.gettempdir()) / "jiangjin-never-made.sqlite3"
    DATABASES["default"]["TEST"] = {
        "NAME": Path(tempfile.gettempdir()) / f"jiangjin-test{suffix}-{os.getuid()}.sqlite3"
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 0
    DATABASES["default"]["TEST"] = {"NAME": f"test_jiangjin{suffix}"}
REST_FRAMEWORK["DEFAULT_THROTTLE_CLASSES"] = []
