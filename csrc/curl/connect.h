/* How streams are connected, and how libcurl releases them: what stream.c and connect.c need of each other, and nobody else. */
#ifndef IDNGO_CONNECT_H
#define IDNGO_CONNECT_H

#include "stream.h"

/* Takes a stream out of the list of idle ones, if it is in there. */
void idn_stream_leave_idle(struct idn_stream *stream);

/* Closes the stream's descriptor, in libcurl's way, and frees the stream. */
void idn_connect_end(struct idn_stream *stream);

#endif
