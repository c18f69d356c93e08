#include "gui/fonts.hpp"

#include <imgui.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>

namespace gui {
namespace {

// Latin with its extensions for names of any European language, Greek, and the signs we draw with.
constexpr std::array<ImWchar, 25> kLetters = {
    0x0020, 0x017F, 0x0370, 0x03FF, 0x2010, 0x2027, 0x2030, 0x205E, 0x2070,
    0x209F, 0x20A0, 0x20BF, 0x2190, 0x21FF, 0x2200, 0x22FF, 0x2300, 0x23FF,
    0x25A0, 0x25FF, 0x2700, 0x27BF, 0xFFFD, 0xFFFD, 0};
constexpr std::array<ImWchar, 7> kDigits = {0x0020, 0x003F, 0x2013, 0x2013, 0x221E, 0x221E, 0};

std::string first_existing(const char* built_in, const char* file_name) {
    namespace fs = std::filesystem;
    std::error_code ignored;
    if (fs::exists(built_in, ignored)) return built_in;
    for (const char* folder :
         {"/usr/share/fonts/truetype/dejavu/", "/usr/share/fonts/dejavu/",
          "/usr/share/fonts/dejavu-sans-fonts/", "/usr/share/fonts/TTF/",
          "/usr/local/share/fonts/dejavu/", "/opt/homebrew/share/fonts/", "/Library/Fonts/"}) {
        const std::string path = std::string(folder) + file_name;
        if (fs::exists(path, ignored)) return path;
    }
    return {};
}

ImFont* load(const std::string& file, float size, const ImWchar* ranges) {
    ImFontAtlas& atlas = *ImGui::GetIO().Fonts;
    if (file.empty()) {
        ImFontConfig config;
        config.SizePixels = std::max(13.0F, std::round(size / 13) * 13);
        return atlas.AddFontDefault(&config);
    }
    ImFontConfig config;
    config.OversampleH = size > 40 ? 1 : 2;
    config.PixelSnapH = true;
    return atlas.AddFontFromFileTTF(file.c_str(), size, &config, ranges);
}

}  // namespace

FontFiles find_fonts() {
    return {.regular = first_existing(IOCPSCOPE_FONT_REGULAR, "DejaVuSans.ttf"),
            .bold = first_existing(IOCPSCOPE_FONT_BOLD, "DejaVuSans-Bold.ttf")};
}

Fonts build_fonts(const FontFiles& files, const FrameLayout& frame) {
    ImFontAtlas& atlas = *ImGui::GetIO().Fonts;
    atlas.Clear();
    // Glyphs of the largest text (a 4K screen at 300 %) would not fit the usual 4096 columns well.
    atlas.TexDesiredWidth = frame.em > 90 ? 8192 : 4096;
    atlas.Flags |= ImFontAtlasFlags_NoPowerOfTwoHeight;
    const std::string& bold = files.bold.empty() ? files.regular : files.bold;
    Fonts fonts;
    fonts.regular = load(files.regular, frame.em, kLetters.data());
    fonts.bold = load(bold, frame.em, kLetters.data());
    const float title = std::round(std::min(frame.em * 1.3F, frame.height / 14));
    const float sentence = std::round(std::min(frame.em * 1.15F, frame.height / 16));
    fonts.title = load(bold, title, kLetters.data());
    fonts.sentence = load(bold, sentence, kLetters.data());
    const bool same = std::abs(frame.stage_em - frame.em) < 0.5F;
    fonts.stage = same ? fonts.regular : load(files.regular, frame.stage_em, kLetters.data());
    fonts.stage_bold = same ? fonts.bold : load(bold, frame.stage_em, kLetters.data());
    fonts.gate = load(bold, std::round(frame.stage_em * 2.1F), kDigits.data());
    ImGui::GetIO().FontDefault = fonts.regular;
    atlas.Build();
    return fonts;
}

}  // namespace gui
