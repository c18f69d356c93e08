// Linked into the window of a sanitized build: libraries that were loaded stay loaded until the
// process ends. The driver of OpenGL is unloaded with the last window and leaves memory behind;
// LeakSanitizer looks later and then cannot tell whose it was, so no suppression can name it.
extern "C" int dlclose(void*) {
    return 0;
}
