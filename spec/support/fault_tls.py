"""The TLS listeners, by key: what each gets wrong about its handshake, and nothing else.

Behind a completed handshake the scenarios of fault_http.py are served as over TCP.
"""

import os
import socket
import ssl

import fault_http
import fault_renegotiate

ALERT = b"\x15\x03\x03\x00\x02\x02"  # a fatal alert; its number follows
NO_APPLICATION_PROTOCOL = b"\x78"


def context(server, name="good", low=ssl.TLSVersion.TLSv1_2, high=ssl.TLSVersion.TLSv1_3, ciphers=None, alpn=()):
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if ciphers:
        made.set_ciphers(ciphers)
    made.minimum_version, made.maximum_version = low, high
    made.load_cert_chain(os.path.join(server.folder, name + ".pem"), os.path.join(server.folder, "leaf.key"))
    if alpn:
        made.set_alpn_protocols(list(alpn))
    return made


def asking_for_client(made, server):
    made.verify_mode = ssl.CERT_REQUIRED
    made.load_verify_locations(os.path.join(server.folder, "client_ca.pem"))
    return made


def contexts(server):
    """key -> the context of a listener that speaks TLS properly, with this one thing changed."""
    v1_0, v1_1, v1_2, v1_3 = (getattr(ssl.TLSVersion, "TLSv1" + minor) for minor in ("", "_1", "_2", "_3"))
    weak = "DEFAULT:@SECLEVEL=0"
    made = {name: context(server, name) for name in
            ("good", "expired", "not_yet", "wrong_host", "self_signed", "unknown_ca", "nul_san")}
    made["tls1_0"] = context(server, low=v1_0, high=v1_0, ciphers=weak)
    made["tls1_1"] = context(server, low=v1_1, high=v1_1, ciphers=weak)
    made["tls1_2"] = context(server, high=v1_2)
    made["tls1_3"] = context(server, low=v1_3)
    made["null_cipher"] = context(server, high=v1_2, ciphers="ECDHE-ECDSA-NULL-SHA:@SECLEVEL=0")
    made["anonymous"] = context(server, high=v1_2, ciphers="AECDH-AES128-SHA:@SECLEVEL=0")
    made["client_cert"] = asking_for_client(context(server, high=v1_2), server)
    made["client_cert_1_3"] = asking_for_client(context(server, low=v1_3), server)
    made["sni_required"] = context(server)
    made["alpn_other"] = context(server, alpn=["spdy/3"])
    return made


# listeners that never get as far as a context; they have read the client's hello

def stall(connection):
    connection.hold()


def reset(connection):
    connection.reset()


def closed(connection):
    pass


def plain_http(connection):
    connection.send(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")


def garbage(connection):
    connection.send(b"\x00" * 512)


def alpn_refused(connection):
    connection.send(ALERT + NO_APPLICATION_PROTOCOL)


HANDMADE = {"stall": stall, "reset": reset, "closed": closed, "plain_http": plain_http, "garbage": garbage,
            "alpn_refused": alpn_refused}


def record_name(server, key, made):
    """Notes the server name that a client asks for; sni_required turns away those that ask for none."""
    def ask(sock, name, _):
        server.journal.note("tls/" + key, sni=name or "")
        if key == "sni_required" and name != "localhost":
            return ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME
        return None
    made.sni_callback = ask


def listen(server, make_connection):
    """Starts all TLS listeners: key -> port."""
    ports = {}

    def proper(made):
        def begin(sock, key):
            connection = make_connection(server, sock, key)
            connection.note()
            wrapped = made.wrap_socket(sock, server_side=True, do_handshake_on_connect=False)
            with wrapped, socket.socket(fileno=os.dup(wrapped.fileno())) as below:
                try:
                    wrapped.do_handshake()
                except ssl.SSLError:  # our alert must not be overtaken by the RST that unread bytes cause
                    connection.sock = below
                    connection.hold()
                    return
                connection.sock = wrapped
                connection.serve()
                connection.finish()
        return begin

    def handmade(act):
        def begin(sock, key):
            connection = make_connection(server, sock, key)
            connection.note()
            connection.fill()
            act(connection)
            connection.finish()
        return begin

    def renegotiating(sock, key):
        def use(plain):
            connection = make_connection(server, plain, key)
            connection.note()
            request = connection.read_head()
            if request is not None:
                connection.answer(request)
        fault_renegotiate.serve(sock, server.folder, use)

    ports["renegotiation"] = server.listen("tls/renegotiation", renegotiating)
    for key, made in contexts(server).items():
        record_name(server, key, made)
        ports[key] = server.listen("tls/" + key, proper(made))
    for key, act in HANDMADE.items():
        ports[key] = server.listen("tls/" + key, handmade(act))
    return ports
