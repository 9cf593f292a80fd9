"""LibreOffice without a window, in a locale of choice, driven through its own UNO interface."""

import os
import pathlib
import subprocess
import time

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException

# Comma, double quote, UTF-8, from line 1, every column "Standard", then the language of
# the numbers, "quoted cells are text" off, "detect special numbers" on.
ENGLISH = "44,34,76,1,,1033,false,true"
GERMAN = "44,34,76,1,,1031,false,true"

LOCALE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry"
           xmlns:xs="http://www.w3.org/2001/XMLSchema"
           xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Setup/L10N">
<prop oor:name="ooSetupSystemLocale" oor:op="fuse"><value>{}</value></prop></item>
</oor:items>
"""


class Office:
    """A running LibreOffice with a fresh profile; `with Office(locale, folder) as office:`."""

    def __init__(self, locale, folder):
        self.locale = locale
        self.profile = pathlib.Path(folder, f"profile-{locale}").resolve()

    def __enter__(self):
        user = self.profile / "user"
        user.mkdir(parents=True, exist_ok=True)
        (user / "registrymodifications.xcu").write_text(LOCALE.format(self.locale))
        pipe = f"seedbed-{os.getpid()}-{self.locale}"
        self.process = subprocess.Popen(
            [
                "soffice",
                "--headless",
                "--norestore",
                f"-env:UserInstallation={self.profile.as_uri()}",
                f"--accept=pipe,name={pipe};urp;",
            ],
            stderr=subprocess.DEVNULL,
        )
        self.desktop = self.connect(pipe)
        return self

    def connect(self, pipe):
        local = uno.getComponentContext()
        resolver = local.ServiceManager.createInstanceWithContext(
            "com.sun.star.bridge.UnoUrlResolver", local
        )
        deadline = time.monotonic() + 120
        while True:
            try:
                remote = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
                break
            except NoConnectException:
                if time.monotonic() > deadline or self.process.poll() is not None:
                    raise RuntimeError("LibreOffice does not answer") from None
                time.sleep(0.2)
        return remote.ServiceManager.createInstanceWithContext(
            "com.sun.star.frame.Desktop", remote
        )

    def __exit__(self, *_):
        try:
            self.desktop.terminate()
        except Exception:  # the connection ends before the answer comes
            pass
        try:
            self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self.process.kill()

    def open(self, path, csv_options=None):
        """The document at `path`; a CSV file takes the import dialog's choices."""
        properties = [("Hidden", True)]
        if csv_options:
            properties.append(("FilterName", "Text - txt - csv (StarCalc)"))
            properties.append(("FilterOptions", csv_options))
        url = pathlib.Path(path).resolve().as_uri()
        document = self.desktop.loadComponentFromURL(
            url, "_blank", 0, tuple(property_value(*pair) for pair in properties)
        )
        assert document is not None, f"LibreOffice can't open {path}"
        return document


def property_value(name, value):
    pair = PropertyValue()
    pair.Name, pair.Value = name, value
    return pair


def used(sheet):
    """The used area from A1, as rows of str and float."""
    cursor = sheet.createCursor()
    cursor.gotoEndOfUsedArea(False)
    end = cursor.RangeAddress
    return sheet.getCellRangeByPosition(0, 0, end.EndColumn, end.EndRow).getDataArray()


def is_boolean(document, sheet, column, row):
    """Whether a cell is shown as TRUE or FALSE rather than as 1 or 0."""
    logical = uno.getConstantByName("com.sun.star.util.NumberFormat.LOGICAL")
    key = sheet.getCellByPosition(column, row).NumberFormat
    return bool(document.NumberFormats.getByKey(key).Type & logical)
