# Strips the modules, and adds the libraries that they depend on to what the .deb depends on; cpack runs it before it makes the
# package. By itself cpack would start two programs for each of some 700 files, to find the modules among them.
set(tree ${CPACK_TEMPORARY_DIRECTORY})
file(GLOB_RECURSE modules LIST_DIRECTORIES false ${tree}/*.so ${tree}/*/idngo-jail)
if(NOT modules)
  message(FATAL_ERROR "no modules in ${tree}")
endif()
execute_process(COMMAND strip ${modules} COMMAND_ERROR_IS_FATAL ANY)
set(place ${tree}.depends) # where dpkg-shlibdeps looks for a source package's debian/control
file(WRITE ${place}/debian/control "")
execute_process(COMMAND dpkg-shlibdeps --ignore-missing-info -O ${modules} WORKING_DIRECTORY ${place}
  OUTPUT_VARIABLE found ERROR_VARIABLE said RESULT_VARIABLE status)
file(REMOVE_RECURSE ${place})
if(NOT status EQUAL 0 OR NOT found MATCHES "shlibs:Depends=([^\n]+)")
  message(FATAL_ERROR "dpkg-shlibdeps: ${said}${found}")
endif()
string(APPEND CPACK_DEBIAN_PACKAGE_DEPENDS ", ${CMAKE_MATCH_1}")
