# Writes OUTPUT, a C header that holds the Lua files the evaluator runs before a policy, in their order:
#   cmake -DOUTPUT=… -DCHUNKS="name=path;name=path" -P embed.cmake
set(arrays "")
set(rows "")
set(count 0)
foreach(chunk ${CHUNKS})
  string(REGEX MATCH "^([^=]+)=(.+)$" _ "${chunk}")
  set(name ${CMAKE_MATCH_1})
  file(READ ${CMAKE_MATCH_2} bytes HEX)
  string(REGEX REPLACE "(..)" "0x\\1," bytes "${bytes}")
  string(APPEND arrays "static const unsigned char chunk_${count}[] = {${bytes}};\n")
  string(APPEND rows "    {\"${name}\", (const char *)chunk_${count}, sizeof chunk_${count}},\n")
  math(EXPR count "${count} + 1")
endforeach()
file(WRITE ${OUTPUT} "/* Made from Lua files by csrc/jail/embed.cmake. */
#include <stddef.h>
struct idn_jail_chunk {
    const char *name, *text;
    size_t len;
};
${arrays}
static const struct idn_jail_chunk idn_jail_chunks[] = {
${rows}};
")
