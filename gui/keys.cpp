#include "gui/keys.hpp"

#include <imgui.h>

namespace gui {
namespace {

void play(UiState&, Requests& r) {
    r.emplace_back(TogglePlay{});
}
void forward(UiState&, Requests& r) {
    r.emplace_back(StepBy{1});
}
void back(UiState&, Requests& r) {
    r.emplace_back(StepBy{-1});
}
void next_dispatch(UiState&, Requests& r) {
    r.emplace_back(StepDispatch{1});
}
void previous_dispatch(UiState&, Requests& r) {
    r.emplace_back(StepDispatch{-1});
}
void start(UiState&, Requests& r) {
    r.emplace_back(Seek{0});
}
void end(UiState&, Requests& r) {
    r.emplace_back(ToEnd{});
}
void faster(UiState&, Requests& r) {
    r.emplace_back(ChangeSpeed{1});
}
void slower(UiState&, Requests& r) {
    r.emplace_back(ChangeSpeed{-1});
}
void larger(UiState&, Requests& r) {
    r.emplace_back(ChangeScale{1});
}
void smaller(UiState&, Requests& r) {
    r.emplace_back(ChangeScale{-1});
}
void normal_size(UiState&, Requests& r) {
    r.emplace_back(ChangeScale{0});
}
void next_port(UiState&, Requests& r) {
    r.emplace_back(NextPort{});
}
void difference(UiState&, Requests& r) {
    r.emplace_back(ToDifference{});
}
void record(UiState&, Requests& r) {
    r.emplace_back(Record{});
}
void next_step(UiState&, Requests& r) {
    r.emplace_back(NextStep{});
}
void stop(UiState&, Requests& r) {
    r.emplace_back(StopRecording{});
}
void help(UiState& ui, Requests&) {
    ui.help = !ui.help;
}
void close_help(UiState& ui, Requests&) {
    ui.help = false;
}
void other_events(UiState& ui, Requests&) {
    ui.events_lane = 1 - ui.events_lane;
}

// clang-format off
constexpr KeyBinding kBindings[] = {
    {.key = key::space, .shown = "Space", .meaning = Text::key_play, .act = play},
    {.key = key::right, .shown = "\xE2\x86\x92",
     .meaning = Text::key_forward, .repeats = true, .act = forward},
    {.key = key::page_down, .shown = "Page Down",
     .meaning = Text::key_forward, .repeats = true, .act = forward},
    {.character = '.', .shown = ".", .meaning = Text::key_forward, .act = forward},
    {.key = key::left, .shown = "\xE2\x86\x90",
     .meaning = Text::key_back, .repeats = true, .act = back},
    {.key = key::page_up, .shown = "Page Up",
     .meaning = Text::key_back, .repeats = true, .act = back},
    {.key = key::backspace, .shown = "Backspace",
     .meaning = Text::key_back, .repeats = true, .act = back},
    {.key = key::right, .shift = true, .shown = "Shift \xE2\x86\x92",
     .meaning = Text::key_next_dispatch, .repeats = true, .act = next_dispatch},
    {.key = key::left, .shift = true, .shown = "Shift \xE2\x86\x90",
     .meaning = Text::key_prev_dispatch, .repeats = true, .act = previous_dispatch},
    {.key = key::home, .shown = "Home", .meaning = Text::key_start, .act = start},
    {.key = key::end, .shown = "End", .meaning = Text::key_end, .act = end},
    {.character = '+', .shown = "+", .meaning = Text::key_faster, .act = faster},
    {.character = '-', .shown = "\xE2\x88\x92", .meaning = Text::key_slower, .act = slower},
    {.key = key::d, .shown = "D", .meaning = Text::key_difference, .act = difference},
    {.key = key::r, .shown = "R", .meaning = Text::key_record, .act = record},
    {.key = key::n, .shown = "N",
     .meaning = Text::key_next_step, .repeats = true, .act = next_step},
    {.key = key::s, .shown = "S", .meaning = Text::key_stop, .act = stop},
    {.key = key::tab, .shown = "Tab", .meaning = Text::key_port, .act = next_port},
    {.key = key::l, .shown = "L", .meaning = Text::key_events, .act = other_events},
    {.key = key::equal, .ctrl = true, .shown = "Ctrl +",
     .meaning = Text::key_larger, .repeats = true, .act = larger},
    {.key = key::equal, .shift = true, .ctrl = true, .shown = "",
     .meaning = Text::key_larger, .repeats = true, .act = larger},
    {.key = key::pad_add, .ctrl = true, .shown = "",
     .meaning = Text::key_larger, .repeats = true, .act = larger},
    {.key = key::minus, .ctrl = true, .shown = "Ctrl \xE2\x88\x92",
     .meaning = Text::key_smaller, .repeats = true, .act = smaller},
    {.key = key::pad_subtract, .ctrl = true, .shown = "",
     .meaning = Text::key_smaller, .repeats = true, .act = smaller},
    {.key = key::digit_0, .ctrl = true, .shown = "Ctrl 0",
     .meaning = Text::key_normal, .act = normal_size},
    {.key = key::pad_0, .ctrl = true, .shown = "",
     .meaning = Text::key_normal, .act = normal_size},
    {.character = '?', .shown = "?", .meaning = Text::key_help, .act = help},
    {.key = key::f1, .shown = "F1", .meaning = Text::key_help, .act = help},
    {.key = key::escape, .shown = "Esc", .meaning = Text::key_close, .act = close_help},
};
// clang-format on

bool typed(const ImGuiIO& io, char character) {
    for (const ImWchar c : io.InputQueueCharacters) {
        if (c == static_cast<ImWchar>(static_cast<unsigned char>(character))) return true;
    }
    return false;
}

bool pressed(const ImGuiIO& io, const KeyBinding& binding) {
    if (binding.character != 0) return !io.KeyCtrl && typed(io, binding.character);
    return io.KeyShift == binding.shift && io.KeyCtrl == binding.ctrl && !io.KeyAlt &&
           ImGui::IsKeyPressed(binding.key, binding.repeats);
}

}  // namespace

std::span<const KeyBinding> key_bindings() {
    return kBindings;
}

void handle_keys(UiState& ui, Requests& requests) {
    const ImGuiIO& io = ImGui::GetIO();
    for (const KeyBinding& binding : kBindings) {
        if (pressed(io, binding)) binding.act(ui, requests);
    }
}

}  // namespace gui
