"""What Orca runs as its orca-customizations.py: what it says goes into a file, as one JSON line each.

Orca imports this in the system's own Python. There is no speech-dispatcher: its client waits for ever where there is
no sound. The harness names the file in FEEDSIFT_SPEECH.
"""

import json
import os
import time
from pathlib import Path

import orca.settings
import orca.speech

LOG = Path(os.environ["FEEDSIFT_SPEECH"])


def write(kind: str, text: str = "") -> None:
    with LOG.open("a", encoding="utf-8") as log:
        log.write(json.dumps({"at": time.time(), "kind": kind, "text": text}) + "\n")


orca.speech.init = lambda: None
orca.speech._speak = lambda text, acss, interrupt: write("phrase", text)
orca.speech.speakCharacter = lambda character, acss=None: write("character", character)
orca.speech.stop = lambda: write("stop")
# The name of each key that is pressed, and a whole page read aloud after it was loaded, say nothing of the site.
orca.speech.speakKeyEvent = lambda event, acss=None: None
orca.speech.sayAll = lambda utterances, progress: None
orca.settings.enableBraille = False
