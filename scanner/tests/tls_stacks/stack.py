"""tlslite-ng as a server, and its messages as a client that learns what is offered.

    stack.py serve FOLDER OPTIONS   prints the port and serves
    stack.py ask PORT               prints what was agreed on, a question a connection, as JSON
"""

import json
import socket
import socketserver
import sys
import threading

from tlslite.api import HandshakeSettings, TLSConnection, X509, X509CertChain, parsePEMKey
from tlslite.constants import AlertLevel, CipherSuite, ContentType, ExtensionType, GroupName
from tlslite.constants import SignatureScheme
from tlslite.extensions import ClientKeyShareExtension, ECPointFormatsExtension
from tlslite.extensions import SignatureAlgorithmsExtension, SNIExtension
from tlslite.extensions import SupportedGroupsExtension, SupportedVersionsExtension
from tlslite.messages import ClientHello, ServerHello
from tlslite.recordlayer import RecordLayer
from tlslite.utils.codec import Parser

RETRY = bytes.fromhex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c")


def serve(folder, options):
    with open(folder + "/rsa.crt", encoding="utf-8") as file:
        leaf = X509().parse(file.read())
    with open(folder + "/rsa.key", encoding="utf-8") as file:
        key = parsePEMKey(file.read(), private=True)
    settings = HandshakeSettings()
    for name, value in json.loads(options).items():
        setattr(settings, name, tuple(value) if name.endswith("Version") else value)

    class Handler(socketserver.BaseRequestHandler):
        def handle(self):
            try:
                TLSConnection(self.request).handshakeServer(
                    certChain=X509CertChain([leaf]), privateKey=key, settings=settings)
            except Exception:  # Whatever a scanner does to it, it goes on serving.
                pass

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        request_queue_size = 64

    with Server(("127.0.0.1", 0), Handler) as server:
        print(server.server_address[1], flush=True)
        server.serve_forever()


def question(port, version, suites, groups):
    """The ServerHello, or None if the server refuses by alert."""
    modern = version == (3, 4)
    extensions = None
    if version != (3, 0):
        extensions = [SupportedGroupsExtension().create(groups),
                      ECPointFormatsExtension().create([0])]
        extensions.append(SNIExtension().create(bytearray(b"www.lamgiang.test")))
        if version >= (3, 3):
            schemes = [SignatureScheme.rsa_pss_rsae_sha256, SignatureScheme.rsa_pkcs1_sha256,
                       SignatureScheme.rsa_pkcs1_sha1]
            extensions.append(SignatureAlgorithmsExtension().create(schemes))
        if modern:
            extensions.append(SupportedVersionsExtension().create([(3, 4)]))
            extensions.append(ClientKeyShareExtension().create([]))
    hello = ClientHello().create(min(version, (3, 3)), bytearray(32), bytearray(0), suites,
                                 extensions=extensions)
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        layer = RecordLayer(connection)
        layer.version = min(version, (3, 1))
        for _ in layer.sendRecord(hello):
            pass
        for result in layer.recvRecord():
            if result not in (0, 1):
                header, parser = result
                break
        if header.type == ContentType.alert:
            if parser.get(1) != AlertLevel.fatal:
                raise SystemExit("a warning where an answer was due")
            return None
        parser.get(1)
        answer = ServerHello().parse(parser)
        group = None
        if modern:
            assert bytes(answer.random) == RETRY
            group = answer.getExtension(ExtensionType.key_share).selected_group
        elif answer.cipher_suite in CipherSuite.ecdhAllSuites:
            group = curve_of(layer)
        return answer, group


def curve_of(layer):
    """The curve of the ServerKeyExchange, the third message of the flight."""
    got = bytearray()
    while True:
        for result in layer.recvRecord():
            if result not in (0, 1):
                header, parser = result
                break
        got += parser.bytes
        rest = Parser(got)
        while rest.getRemainingLength() > 4:
            kind, length = rest.get(1), rest.get(3)
            if rest.getRemainingLength() < length:
                break
            body = rest.getFixBytes(length)
            if kind == 12:
                assert body[0] == 3
                return body[1] << 8 | body[2]


def ask(port):
    out = {}
    # GREASE and ourselves apart, every group that the library can name.
    named = sorted(value for value in vars(GroupName).values() if isinstance(value, int))
    # RFC 8446 section 4.2.7 forbids these to a client of TLS 1.3 alone.
    dropped = [*range(1, 23), *range(26, 29)]
    for version in [(3, 0), (3, 1), (3, 2), (3, 3), (3, 4)]:
        known = sorted(suite for suite in CipherSuite.ietfNames if suite not in (0xFF, 0x5600) and suite <= 0xFFFF)
        modern = set(CipherSuite.tls13Suites)
        left = [suite for suite in known if (suite in modern) == (version == (3, 4))]
        found = {"suites": [], "groups": []}
        every = [group for group in named if version != (3, 4) or group not in dropped]
        while left:
            answer = question(port, version, left, every)
            # A HelloRetryRequest is read as a ServerHello of TLS 1.2 and was checked for its mark.
            if answer is None or answer[0].server_version != min(version, (3, 3)):
                break
            left.remove(answer[0].cipher_suite)
            found["suites"].append(answer[0].cipher_suite)
        curved = [suite for suite in found["suites"]
                  if version == (3, 4) or suite in CipherSuite.ecdhAllSuites]
        groups = every
        while curved and groups:
            answer = question(port, version, curved, groups)
            if answer is None:
                break
            if answer[1] in found["groups"]:
                break  # SSL 3.0 cannot say which curves the client knows.
            groups = [group for group in groups if group != answer[1]]
            found["groups"].append(answer[1])
        if found["suites"]:
            out["%d.%d" % version] = found
    print(json.dumps(out))


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        serve(sys.argv[2], sys.argv[3])
    else:
        ask(int(sys.argv[2]))
