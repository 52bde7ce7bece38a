/*
 * How a client reaches its server, as a Lua value.
 *
 *   curl.route{origin, connect_timeout, max_reply, connection_idle?, connection_age?, ca_file?, cert_file?, key_file?, proxy?,
 *            direct?, path?, place?, raw?} -> route
 *       path    of a socket on this machine, to connect to in place of the origin
 *       place   "::HOST:PORT" to connect to in place of the origin, which the certificate has to be for
 *       raw     for streams that are no HTTP: see lua_stream.c
 *       a userdata that holds a pointer to a struct idn_route; see route.h
 */
#ifndef IDNGO_LUA_ROUTE_H
#define IDNGO_LUA_ROUTE_H

#include "../compat.h"
#include "route.h"

#define IDN_ROUTE "idngo.curl.route"

/* Registers the class. */
void idn_open_route(lua_State *L);

int idn_new_route(lua_State *L);

#endif
