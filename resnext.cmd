@echo off
rem Runs the resnext command: finds Java 25 and starts it. In a checkout it builds the project on first use; in an unpacked
rem download, where resnext4j.jar lies beside it, it builds nothing and takes the runtime that came along.
rem   RESNEXT_JAVA_OPTIONS   more options for the JVM, such as -Xmx8g
setlocal enabledelayedexpansion
set "here=%~dp0"
set "java="
call :consider "%here%runtime"
call :consider "%JAVA_HOME%"
for /f "delims=" %%j in ('where java 2^>nul') do for %%d in ("%%~dpj..") do call :consider "%%~fd"
for /d %%d in ("%ProgramFiles%\Eclipse Adoptium\jdk-*" "%ProgramFiles%\Java\jdk-*" "%ProgramFiles%\Microsoft\jdk-*") do call :consider "%%~d"
if not defined java (
  echo resnext: needs a JDK 25 or newer and found none in JAVA_HOME, on the path or in Program Files; install one ^(such as Eclipse Temurin 25^) or set JAVA_HOME 1>&2
  exit /b 1
)

set "module=cli"
set "jar=cli\target\launcher\resnext4j.jar"
set "arguments=%*"
if "%~1"=="bench" if exist "%here%benchmarks" (
  set "module=benchmarks"
  set "jar=benchmarks\target\launcher\resnext4j-benchmarks.jar"
  set "arguments=!arguments:*bench=!"
)
if exist "%here%resnext4j.jar" set "jar=resnext4j.jar"
if not exist "%here%%jar%" (
  echo resnext: building, for the first time: about half a minute on two idle cores, and minutes more where Maven must fetch libraries and plugins first ... 1>&2
  if not exist "%here%target" mkdir "%here%target"
  pushd "%here%"
  call mvn -q -B -T 2 -Plauncher -pl %module% -am package > "%here%target\build.log" 2>&1
  if errorlevel 1 (
    popd
    echo resnext: the build failed; the whole output is in %here%target\build.log 1>&2
    exit /b 1
  )
  popd
)
rem Training reads whole cache lines, so objects start on their boundaries; a cache of classes goes without.
set "objects=-XX:+AutoCreateSharedArchive "-XX:SharedArchiveFile=%here%%jar%.jsa""
if "%~1"=="train" set "objects=-XX:ObjectAlignmentInBytes=64"
if "%~1"=="sweep" set "objects=-XX:ObjectAlignmentInBytes=64"
rem What is printed is UTF-8, and the console is told so.
for /f "tokens=2 delims=:." %%c in ('chcp') do set "page=%%c"
chcp 65001 >nul 2>&1
"%java%" %objects% -Dstdin.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8 -Xlog:cds=off -Xlog:cds+dynamic=off -Xlog:aot=off --add-modules=jdk.incubator.vector --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow -Djdk.incubator.vector.VECTOR_ACCESS_OOB_CHECK=0 -XX:+UseSerialGC -XX:MaxNewSize=32m %RESNEXT_JAVA_OPTIONS% -jar "%here%%jar%" !arguments!
set "code=%errorlevel%"
chcp %page% >nul 2>&1
exit /b %code%

:consider
if defined java exit /b
if not exist "%~1\release" exit /b
for /f "tokens=2 delims==." %%v in ('findstr /b "JAVA_VERSION=" "%~1\release"') do set "version=%%~v"
set "version=%version:"=%"
if %version% geq 25 if exist "%~1\bin\java.exe" set "java=%~1\bin\java.exe"
exit /b
