# What is installed besides the modules: the Lua files, for every Lua; the command, for the first; the examples that
# `idngo demo` runs; manual page and completions.

foreach(lua ${LUAS})
  install(DIRECTORY lua/idngo DESTINATION ${${lua}_LMOD})
endforeach()

list(GET LUAS 0 COMMAND_LUA)
set(COMMAND_CMOD ${${COMMAND_LUA}_CMOD})
set(COMMAND_LMOD ${${COMMAND_LUA}_LMOD})
set(interpreters_5.4 lua lua54 lua5.4)
set(interpreters_5.1 lua5.1 luajit)
foreach(name ${interpreters_${${COMMAND_LUA}_VERSION}}) # the last that is there
  find_program(PROGRAM_${name} ${name})
  if(PROGRAM_${name} OR NOT COMMAND_INTERPRETER)
    set(COMMAND_INTERPRETER ${name})
  endif()
endforeach()
configure_file(packaging/idngo.in ${CMAKE_BINARY_DIR}/command/idngo @ONLY)
install(PROGRAMS ${CMAKE_BINARY_DIR}/command/idngo DESTINATION ${CMAKE_INSTALL_BINDIR})
install(DIRECTORY examples/policies DESTINATION ${CMAKE_INSTALL_DATADIR}/idngo/examples)
install(FILES share/openapi.json DESTINATION ${CMAKE_INSTALL_DATADIR}/idngo)
install(FILES examples/tour.lua examples/applicant.zip DESTINATION ${CMAKE_INSTALL_DATADIR}/idngo/examples)

install(FILES share/man/man1/idngo.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES share/completions/idngo.bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME idngo)
install(FILES share/completions/idngo.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
set(ZSH_COMPLETIONS ${CMAKE_INSTALL_DATADIR}/zsh/site-functions)
if(EXISTS /etc/debian_version AND CMAKE_INSTALL_PREFIX STREQUAL "/usr")
  set(ZSH_COMPLETIONS ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions)
endif()
install(FILES share/completions/_idngo DESTINATION ${ZSH_COMPLETIONS})
