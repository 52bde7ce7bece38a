# What is installed besides the modules: the Lua files and the examples that `idngo demo` runs, for every Lua, and the
# command. The command finds its modules from its own place, so that the tree may be moved; LuaRocks installs bin/idngo
# itself, in a wrapper that says where modules are.

foreach(lua ${LUAS})
  install(DIRECTORY lua/idngo DESTINATION ${${lua}_LMOD})
  install(DIRECTORY examples/policies DESTINATION ${${lua}_LMOD}/idngo/examples)
  install(FILES examples/tour.lua examples/applicant.zip DESTINATION ${${lua}_LMOD}/idngo/examples)
endforeach()

if(NOT INSTALL_CMOD)
  list(GET LUAS 0 lua)
  set(names_lua5.4 lua5.4 lua54 lua)
  set(names_luajit luajit lua5.1)
  find_program(INTERPRETER_${lua} NAMES ${names_${lua}})
  get_filename_component(interpreter "${INTERPRETER_${lua}}" NAME)
  if(NOT INTERPRETER_${lua})
    list(GET names_${lua} 0 interpreter)
  endif()
  set(COMMAND_CMOD ${${lua}_CMOD})
  set(COMMAND_LMOD ${${lua}_LMOD})
  configure_file(packaging/idngo.in ${CMAKE_BINARY_DIR}/packaging/idngo @ONLY)
  install(PROGRAMS ${CMAKE_BINARY_DIR}/packaging/idngo DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()
