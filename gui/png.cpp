#include "gui/png.hpp"

#include <fmt/format.h>
#include <stb_image_write.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

namespace gui {

std::string write_png(const std::string& path, const Image& image) {
    namespace fs = std::filesystem;
    const std::string temporary = path + ".part";
    errno = 0;
    const int ok = stbi_write_png(temporary.c_str(), image.width, image.height, 4,
                                  image.rgba.data(), image.width * 4);
    std::error_code error;
    if (ok == 0) {
        const std::string why = errno != 0 ? std::strerror(errno) : "the file could not be written";
        fs::remove(temporary, error);
        return fmt::format("cannot write {}: {}", path, why);
    }
    fs::rename(temporary, path, error);
    if (!error) return {};
    const std::string why = error.message();
    fs::remove(temporary, error);
    return fmt::format("cannot write {}: {}", path, why);
}

}  // namespace gui
