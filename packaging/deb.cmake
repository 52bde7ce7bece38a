# The .deb, made by cpack from a tree configured with CMAKE_INSTALL_PREFIX=/usr: ./dev package, which has it hold what is built and
# tested already (IDNGO_BUILT). It serves Lua 5.4 and, in the places of Lua 5.1, LuaJIT and nginx. The libraries it depends on
# are read off its modules.
if(NOT CMAKE_INSTALL_PREFIX STREQUAL "/usr")
  return()
endif()

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME idngo)
set(CPACK_PACKAGE_CONTACT "the idngo authors <authors@idngo.invalid>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "client for the IDnGO identity-verification API, for Lua")
set(CPACK_PACKAGE_DESCRIPTION "Signed calls of every endpoint from Lua 5.4 and, on LuaJIT, inside
nginx; the idngo command, which also decides about applicants by
policy and imports customers; and a sandbox that serves the whole API
locally.")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION interpreters)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "lua5.4, lua-cjson, lua-argparse, libcurl4 (>= 7.85)")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "libnginx-mod-http-lua")
set(CPACK_PRE_BUILD_SCRIPTS ${CMAKE_SOURCE_DIR}/packaging/deb_depends.cmake) # strips modules; more of Depends
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)

string(TIMESTAMP RELEASE_DATE "%a, %d %b %Y %H:%M:%S +0000" UTC)
configure_file(packaging/changelog.in ${CMAKE_BINARY_DIR}/packaging/changelog @ONLY)
execute_process(COMMAND gzip -9nf ${CMAKE_BINARY_DIR}/packaging/changelog)
install(FILES ${CMAKE_BINARY_DIR}/packaging/changelog.gz DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} RENAME copyright)
install(CODE "execute_process(COMMAND gzip -9nf \$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/share/man/man1/idngo.1)")
include(CPack)
