@echo off
rem Runs the resnext command: finds Java 25 and starts it. In a checkout it builds the project on first use; in an unpacked
rem download, where resnext4j.jar lies beside it, it builds nothing and takes the runtime that came along.
rem   RESNEXT_JAVA_OPTIONS   more options for the JVM, such as -Xmx8g
rem Arguments go to Java as they are: in a variable they would lose exclamation marks and be split at ampersands.
rem No block in parentheses holds a path: a folder with a parenthesis in its name would end the block.
setlocal enableextensions disabledelayedexpansion
set "here=%~dp0"
set "java="
call :consider "%here%runtime"
if defined JAVA_HOME call :consider "%JAVA_HOME%"
for /f "delims=" %%j in ('where java 2^>nul') do for %%d in ("%%~dpj..") do call :consider "%%~fd"
for /d %%d in ("%ProgramFiles%\Eclipse Adoptium\jdk-*" "%ProgramFiles%\Java\jdk-*" "%ProgramFiles%\Microsoft\jdk-*") do call :consider "%%~d"
if defined java goto found
echo resnext: needs a JDK 25 or newer and found none in JAVA_HOME, on the path or in Program Files; install one (such as Eclipse Temurin 25) or set JAVA_HOME 1>&2
exit /b 1

:found
set "module=cli"
set "jar=cli\target\launcher\resnext4j.jar"
if not "%~1"=="bench" goto chosen
if not exist "%here%benchmarks" goto chosen
rem The benchmarks pass over the word bench.
set "module=benchmarks"
set "jar=benchmarks\target\launcher\resnext4j-benchmarks.jar"

:chosen
if exist "%here%resnext4j.jar" set "jar=resnext4j.jar"
if exist "%here%%jar%" goto built
echo resnext: building, for the first time: about half a minute on two idle cores, and minutes more where Maven must fetch libraries and plugins first ... 1>&2
if not exist "%here%target" mkdir "%here%target"
pushd "%here%"
call mvn -q -B -T 2 -Plauncher -pl %module% -am package >"%here%target\build.log" 2>&1
set "code=%errorlevel%"
popd
if "%code%"=="0" goto built
echo resnext: the build failed; the whole output is in "%here%target\build.log" 1>&2
exit /b 1

:built
rem Training reads whole cache lines, so objects start on their boundaries; a cache of classes goes without.
set "cache=-XX:+AutoCreateSharedArchive"
set "memory=-XX:SharedArchiveFile=%here%%jar%.jsa"
if "%~1"=="train" goto aligned
if "%~1"=="train-detector" goto aligned
if "%~1"=="sweep" goto aligned
goto run
:aligned
set "cache=-XX:-AutoCreateSharedArchive"
set "memory=-XX:ObjectAlignmentInBytes=64"

:run
rem What is printed is UTF-8, and the console is told so.
set "page="
for /f "tokens=2 delims=:." %%c in ('chcp') do set "page=%%c"
chcp 65001 >nul 2>&1
"%java%" %cache% "%memory%" -Dstdin.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8 -Xlog:cds=off -Xlog:cds+dynamic=off -Xlog:aot=off --add-modules=jdk.incubator.vector --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow -Djdk.incubator.vector.VECTOR_ACCESS_OOB_CHECK=0 -XX:+UseSerialGC -XX:MaxNewSize=32m %RESNEXT_JAVA_OPTIONS% -jar "%here%%jar%" %*
set "code=%errorlevel%"
if defined page chcp %page% >nul 2>&1
exit /b %code%

:consider
if defined java exit /b 0
if not exist "%~1\bin\java.exe" exit /b 0
if not exist "%~1\release" exit /b 0
set "version="
for /f "usebackq tokens=2 delims==." %%v in (`findstr /b "JAVA_VERSION=" "%~1\release"`) do set "version=%%v"
if not defined version exit /b 0
set "version=%version:"=%"
if %version% geq 25 set "java=%~1\bin\java.exe"
exit /b 0
