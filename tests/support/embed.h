// SPDX-License-Identifier: MIT
// A file's bytes inside the program, read-only and at an alignment that tg_open() wants: TIDEGATE_EMBED(NAME, "PATH")
// outside of any function, then NAME_begin and NAME_end. The build must name the file as a dependency (OBJECT_DEPENDS).
#pragma once

// clang-format off
#define TIDEGATE_EMBED(name, path)                                                    \
    asm(".section .rodata." #name ",\"a\"\n"                                          \
        ".balign 64\n"                                                                \
        ".global " #name "_begin\n.global " #name "_end\n"                            \
        #name "_begin: .incbin \"" path "\"\n"                                        \
        #name "_end: .byte 0\n"                                                       \
        ".previous\n");                                                               \
    extern "C" const unsigned char name##_begin[];                                    \
    extern "C" const unsigned char name##_end[]
// clang-format on
