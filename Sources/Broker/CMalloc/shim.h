// What Swift's module of the C library leaves out: the settings of its allocator.
#pragma once

#include <malloc.h>
