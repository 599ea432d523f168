"""How a program for this machine is built and run; PlatformIO's own build system does the rest."""

from SCons.Script import AlwaysBuild, Default, DefaultEnvironment

environment = DefaultEnvironment()
environment.Replace(
    CC="gcc",
    CXX="g++",
    LINK="g++",
    AR="ar",
    RANLIB="ranlib",
    PROGSUFFIX="",
    ARFLAGS=["rc"],
    CCFLAGS=[
        "-std=gnu99",
        "-pedantic",
        "-Wshadow",
        "-Wconversion",
        "-Wdouble-promotion",
        "-Werror",
    ],
)
program = environment.BuildProgram()
run = environment.VerboseAction("$BUILD_DIR/$PROGNAME", "Running")
AlwaysBuild(environment.Alias("exec", program, run))
Default(program)
