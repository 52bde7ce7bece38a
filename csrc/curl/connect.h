/* How streams are connected, and how libcurl releases them: what stream.c needs of connect.c, and nobody else. */
#ifndef IDNGO_CONNECT_H
#define IDNGO_CONNECT_H

#include "stream.h"

/* Closes the stream's descriptor, in libcurl's way, and frees the stream. */
void idn_connect_end(struct idn_stream *stream);

#endif
