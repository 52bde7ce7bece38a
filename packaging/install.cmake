# What is installed besides the modules: the Lua files and the examples that `idngo demo` runs, for every Lua; the command,
# for the first; its manual page and completions.

foreach(lua ${LUAS})
  install(DIRECTORY lua/idngo DESTINATION ${${lua}_LMOD})
  install(DIRECTORY examples/policies DESTINATION ${${lua}_LMOD}/idngo/examples)
  install(FILES examples/tour.lua examples/applicant.zip DESTINATION ${${lua}_LMOD}/idngo/examples)
endforeach()

# The command finds its modules from its own place, so that the tree may be moved. It is PREFIX/bin/idngo; LuaRocks calls
# it, from a wrapper, where it keeps it: TREE/lib/luarocks/rocks-5.4/idngo/1.0-1/bin/idngo.
list(GET LUAS 0 lua)
set(names_lua5.4 lua5.4 lua54 lua)
set(names_luajit luajit lua5.1)
find_program(INTERPRETER_${lua} NAMES ${names_${lua}})
list(GET names_${lua} 0 interpreter)
if(INTERPRETER_${lua})
  get_filename_component(interpreter ${INTERPRETER_${lua}} NAME)
endif()
if(INSTALL_CMOD)
  set(COMMAND_DEPTH 7)
  set(COMMAND_CMOD lib/lua/${${lua}_VERSION})
  set(COMMAND_LMOD share/lua/${${lua}_VERSION})
else()
  set(COMMAND_DEPTH 2)
  set(COMMAND_CMOD ${${lua}_CMOD})
  set(COMMAND_LMOD ${${lua}_LMOD})
endif()
configure_file(packaging/idngo.in ${CMAKE_BINARY_DIR}/packaging/idngo @ONLY)
install(PROGRAMS ${CMAKE_BINARY_DIR}/packaging/idngo DESTINATION ${CMAKE_INSTALL_BINDIR})

install(FILES share/man/man1/idngo.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 OPTIONAL)
install(FILES share/completions/idngo.bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME idngo OPTIONAL)
install(FILES share/completions/idngo.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d OPTIONAL)
set(ZSH_COMPLETIONS ${CMAKE_INSTALL_DATADIR}/zsh/site-functions)
if(EXISTS /etc/debian_version AND CMAKE_INSTALL_PREFIX STREQUAL "/usr")
  set(ZSH_COMPLETIONS ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions)
endif()
install(FILES share/completions/_idngo DESTINATION ${ZSH_COMPLETIONS} OPTIONAL)
