"""Makes Python messages and stubs from the protos, as any client would, and puts them on the path."""

import pathlib
import subprocess
import sys


def generate(proto_folder, out_folder):
    out = pathlib.Path(out_folder)
    out.mkdir(parents=True, exist_ok=True)
    protos = sorted(str(p.relative_to(proto_folder)) for p in pathlib.Path(proto_folder).rglob("*.proto"))
    subprocess.run(
        ["protoc", "-I", str(proto_folder), f"--python_out={out}", f"--grpc_python_out={out}",
         "--plugin=protoc-gen-grpc_python=/usr/bin/grpc_python_plugin", *protos],
        check=True)
    sys.path.insert(0, str(out))
