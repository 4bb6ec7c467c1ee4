#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>

// Read by the leak checker. Paho C 1.3.12 forgets one packet when an object is destroyed while that packet of its
// broker is being read: at most once in an object's life, and vitald has one. What our own code forgets is still told.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() { return "leak:/libpaho-mqtt3as.so\n"; }
