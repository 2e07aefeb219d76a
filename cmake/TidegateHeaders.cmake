# SPDX-License-Identifier: MIT
# Header-only libraries. Crossing, the host's will do (they are text), but the rest of the host's include folder must
# not come with them: each is reached through a link in a folder of its own.
function(tidegate_headers variable folder header)
  find_path(${variable} ${folder}/${header})
  if(NOT ${variable} AND CMAKE_CROSSCOMPILING)
    find_path(${variable}_OF_HOST ${folder}/${header} PATHS /usr/local/include /usr/include /opt/homebrew/include
              NO_CMAKE_FIND_ROOT_PATH)
    mark_as_advanced(${variable}_OF_HOST)
    if(${variable}_OF_HOST)
      set(links "${PROJECT_BINARY_DIR}/host_headers/${folder}")
      file(MAKE_DIRECTORY "${links}")
      file(CREATE_LINK "${${variable}_OF_HOST}/${folder}" "${links}/${folder}" SYMBOLIC)
      set(${variable} "${links}" CACHE PATH "Where <${folder}/${header}> is" FORCE)
    endif()
  endif()
  if(NOT ${variable})
    message(FATAL_ERROR "<${folder}/${header}> was not found. Install it, or set ${variable} to the folder above it.")
  endif()
endfunction()
