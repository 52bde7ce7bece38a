"""Takes multipart/form-data apart as Python's own parser of mail does: read_multipart.py CONTENT_TYPE FILE

Prints the parts as JSON: name, filename, type, size, sha256; and the text of those that are JSON.
"""

import email.parser
import email.policy
import hashlib
import json
import sys

with open(sys.argv[2], "rb") as file:
    body = file.read()
message = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(
    b"MIME-Version: 1.0\r\nContent-Type: " + sys.argv[1].encode() + b"\r\n\r\n" + body)
parts = []
for part in message.iter_parts():
    data = part.get_payload(decode=True)
    parts.append({
        "name": part.get_param("name", header="content-disposition"), "filename": part.get_filename(),
        "type": part.get_content_type(), "size": len(data), "sha256": hashlib.sha256(data).hexdigest(),
        "headers": sorted(name.lower() for name in part.keys()), "defects": [str(defect) for defect in part.defects],
        "text": data.decode() if part.get_content_type() == "application/json" else None,
    })
print(json.dumps({"parts": parts, "defects": [str(defect) for defect in message.defects]}))
