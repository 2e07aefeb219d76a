// SPDX-License-Identifier: MIT
// A TCG plugin for QEMU: counts the instructions that the guest executes from each call of its function `count_mark` to
// the next, by block (code without a branch inside).
//
//   qemu-aarch64 -plugin libcount.so,out=FILE -d plugin PROGRAM
//
// FILE gets lines "SECTION ADDRESS BYTES INSTRUCTIONS EXECUTIONS SYMBOL" for each block. Section 0 is what comes before
// the first mark. Exact, and the same in every run of the same program: a block is counted whole, and left early only
// by an exception.
#include <cinttypes>
#include <cstdio>
#include <cstring>
#include <map>
#include <string>

#include "plugin_api.h"

namespace {

struct Block {
    std::uint64_t address = 0, bytes = 0, instructions = 0, executions = 0;
    std::string symbol;
    bool marks = false;
};

std::FILE* out = nullptr;
int section = 0;
// By address and length; its nodes stay where they are, and it outlives the destructors that run before at_exit().
auto& blocks = *new std::map<std::pair<std::uint64_t, std::uint64_t>, Block>;

void end_section() {
    for (auto& [key, block] : blocks) {
        if (block.executions != 0) {
            std::fprintf(out, "%d 0x%" PRIx64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %s\n", section, block.address,
                         block.bytes, block.instructions, block.executions, block.symbol.c_str());
        }
        block.executions = 0;
    }
    ++section;
}

void executed(unsigned, void* data) {
    Block& block = *static_cast<Block*>(data);
    if (block.marks) end_section();
    ++block.executions;
}

void translated(qemu_plugin_id_t, qemu_plugin_tb* code) {
    const qemu_plugin_insn* first = qemu_plugin_tb_get_insn(code, 0);
    const std::size_t instructions = qemu_plugin_tb_n_insns(code);
    const qemu_plugin_insn* last = qemu_plugin_tb_get_insn(code, instructions - 1);
    const std::uint64_t address = qemu_plugin_insn_vaddr(first);
    const std::uint64_t bytes = qemu_plugin_insn_vaddr(last) + qemu_plugin_insn_size(last) - address;
    const char* symbol = qemu_plugin_insn_symbol(first);
    Block& block = blocks[{address, bytes}];
    block.address = address;
    block.bytes = bytes;
    block.instructions = instructions;
    block.symbol = symbol == nullptr || *symbol == '\0' ? "?" : symbol;
    block.marks = block.symbol == "count_mark";
    qemu_plugin_register_vcpu_tb_exec_cb(code, executed, QEMU_PLUGIN_CB_NO_REGS, &block);
}

void at_exit(qemu_plugin_id_t, void*) {
    end_section();
    std::fclose(out);
}

}  // namespace

int qemu_plugin_version = QEMU_PLUGIN_VERSION;

int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t*, int argc, char** argv) {
    constexpr char kOut[] = "out=";
    for (int i = 0; i < argc; ++i) {
        if (std::strncmp(argv[i], kOut, sizeof kOut - 1) == 0) out = std::fopen(argv[i] + sizeof kOut - 1, "w");
    }
    if (out == nullptr) {
        std::fputs("count: give out=FILE\n", stderr);
        return 1;
    }
    qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
    qemu_plugin_register_atexit_cb(id, at_exit, nullptr);
    return 0;
}
