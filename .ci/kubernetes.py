"""Validates the Kubernetes files of a folder and runs the commands of their containers
with this machine's folders in place of the volumes. Usage:
kubernetes.py FOLDER SCRATCH SEEDBED   (SCRATCH has manifest/ and results/)
"""

import os
import pathlib
import subprocess
import sys

import kubernetes_validate
import yaml

VERSION = "1.29"  # the first with backoffLimitPerIndex on by default


def validate(path):
    """The documents of a file, each valid, unknown keys refused."""
    documents = list(yaml.safe_load_all(path.read_text()))
    for document in documents:
        kubernetes_validate.validate(document, VERSION, strict=True)
    print(f"{path.name}: {', '.join(document['kind'] for document in documents)} valid for {VERSION}")
    return documents


def must_be_refused(document, path, change):
    """The validation can fail: the same document with a mistake in it is refused."""
    broken = yaml.safe_load(yaml.safe_dump(document))
    change(broken)
    try:
        kubernetes_validate.validate(broken, VERSION, strict=True)
    except kubernetes_validate.ValidationError:
        return
    raise AssertionError(f"{path}: a wrong key was not noticed")


def job(documents):
    (found,) = [document for document in documents if document["kind"] == "Job"]
    return found


def container(document):
    (only,) = document["spec"]["template"]["spec"]["containers"]
    return only


def run_pod(only, scratch, seedbed, index=None):
    """Runs a container's command here; mount paths become folders of `scratch`."""
    command = [*only["command"], *only["args"]]
    for mount in only["volumeMounts"]:
        at, local = mount["mountPath"], str(scratch / mount["name"])
        assert any(at + "/" in word for word in command), f"{at} is mounted but not used"
        command = [word.replace(at + "/", local + "/") for word in command]
    environment = {pair["name"]: pair["value"] for pair in only["env"]}
    environment["PATH"] = f"{seedbed.parent}:{os.environ['PATH']}"
    if index is not None:
        environment["JOB_COMPLETION_INDEX"] = str(index)
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, f"index {index}: exit code {done.returncode}\n{done.stderr}"


def main(folder, scratch, seedbed):
    shards_file = folder / "kubernetes-indexed-job.yaml"
    merge_file = folder / "kubernetes-merge-job.yaml"
    shards, merge = job(validate(shards_file)), job(validate(merge_file))
    must_be_refused(shards, shards_file, lambda it: it["spec"].update(completionsMode="Indexed"))
    must_be_refused(shards, shards_file, lambda it: it["spec"].update(completions="eight"))

    count = shards["spec"]["completions"]
    for document in (shards, merge):
        (said,) = [pair["value"] for pair in container(document)["env"] if pair["name"] == "SHARDS"]
        assert said == str(count), f"SHARDS is {said}, completions {count}"
    for index in range(count):
        run_pod(container(shards), scratch, seedbed, index)
        made = sorted(int(path.name) for path in (scratch / "results" / "shards").iterdir())
        assert made == list(range(1, index + 2)), f"after index {index} there are shards {made}"
    run_pod(container(merge), scratch, seedbed)
    print(f"indices 0 to {count - 1} trained shards 1 to {count}, then merged")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3]))
