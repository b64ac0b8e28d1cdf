# frozen_string_literal: true

# Where the library is looked for, that the declarations are those of its headers, and that the signatures are those of the code.

require "fileutils"
require "open3"
require "support"
require "tmpdir"

class TestLibrary < Minitest::Test
  include Support

  Library = Libreturns::Library
  FOLDER = File.dirname(Library::BUNDLED)

  # Files of the libraries that this process has loaded.
  def loaded(pattern = %r{/lib(returns|yaml|cyaml|utf8proc|jansson|md)[-.].*so})
    File.readlines("/proc/self/maps").map { |line| line.split[5].to_s }.grep(pattern).uniq
  end

  def library = loaded.find { |path| File.basename(path).start_with?("libreturns.so") }

  # ---- lookup ----

  # A copy of the gem without its library. Yields it, and the places where one may lie.
  def in_copy
    Dir.mktmpdir do |folder|
      folder = File.realpath(folder)
      FileUtils.cp_r([FOLDER, "#{FOLDER}.rb"], folder)
      FileUtils.rm_f(File.join(folder, "libreturns", "libreturns.so"))
      yield folder, *%w[libreturns/libreturns.so named.so libreturns.so.0].map { |name| File.join(folder, name) }
    end
  end

  # What a process that requires the gem in `folder` prints, and what it says, with no other sign of the library.
  def run_ruby(folder, **environment)
    script = 'puts File.readlines("/proc/self/maps").map { |line| line.split[5].to_s }.grep(/named.so|libreturns.so/).uniq'
    clean = { "LIBRETURNS_LIBRARY" => nil, "LD_LIBRARY_PATH" => nil, "RUBYOPT" => nil, **environment.transform_keys(&:to_s) }
    output, error, = Open3.capture3(clean, RbConfig.ruby, "-I#{folder}", "-rlibreturns", "-e", script)
    [output, error]
  end

  # A bundled library finds what it needs beside itself; so must its copies.
  def put(*paths)
    paths.each { |path| FileUtils.cp(library, path) }
    FileUtils.cp(loaded - [library], File.dirname(paths.first)) if File.exist?(Library::BUNDLED)
  end

  def assert_loads(expected, folder, **environment)
    output, error = run_ruby(folder, **environment)
    assert_equal "#{expected}\n", output, error
  end

  def test_the_order
    in_copy do |folder, bundled, named, found|
      environment = { LIBRETURNS_LIBRARY: named, LD_LIBRARY_PATH: folder }
      put(found)
      assert_loads(found, folder, LD_LIBRARY_PATH: folder)
      assert_loads(found, folder, **environment)
      put(named)
      assert_loads(named, folder, **environment)
      put(bundled)
      assert_loads(bundled, folder, **environment)
      assert_loads(bundled, folder)
    end
  end

  def test_a_file_that_is_no_library_is_passed_over
    in_copy do |folder, bundled, named|
      put(named)
      File.write(bundled, "no library")
      assert_loads(named, folder, LIBRETURNS_LIBRARY: named)
    end
  end

  def test_the_error_lists_every_path
    libc = loaded(%r{/libc[.-].*so}).first
    in_copy do |folder, bundled|
      _, error = run_ruby(folder)
      # Without an error one is installed on this system, and found by its name.
      return assert(FFI::DynamicLibrary.open(Library::SONAME, 1)) unless error.include?("LibraryError")

      [nil, "", "/no/such/file.so", libc].each do |named|
        _, error = run_ruby(folder, LIBRETURNS_LIBRARY: named)
        assert_match(/cannot load the libreturns library; tried.*\n  #{Regexp.escape(bundled)}: there is no such file\n/, error)
        assert_match(/^  #{named.to_s.empty? ? "LIBRETURNS_LIBRARY: not set" : "#{Regexp.escape(named)}: "}/, error)
        assert_includes error, "\n  libreturns.so.0: "
      end
    end
  end

  def test_all_that_is_loaded_comes_from_the_gem_or_nothing_does
    inside = loaded.select { |path| File.dirname(path) == File.realpath(FOLDER) }
    assert_equal(File.exist?(Library::BUNDLED) ? 6 : 0, inside.size)
    assert_equal inside, loaded.grep(/libreturns/) if File.exist?(Library::BUNDLED)
  end

  # ---- declarations ----

  HEADERS = Dir[File.join(ROOT, "include", "returns", "*.h")].map { |path| File.read(path).gsub(%r{/\*.*?\*/}m, "") }.join.freeze

  # Types of FFI that stand for a type of C.
  def kinds(type)
    case type.strip
    when "void" then [:void]
    when /\Aconst (char|void) \*\z/ then %i[string buffer_in]
    when /\*\z/ then [:pointer]
    when /\A(u?int(?:32|64)|size)_t\z/ then [type.start_with?("size") ? :size_t : $1.to_sym]
    else flunk("a type that is not known: #{type}")
    end
  end

  def declared(name)
    result, parameters = HEADERS.match(/RETURNS_API\s+([^;]*?)\b#{name}\((.*?)\);/m)&.captures
    assert result, "#{name} is in no header"
    list = parameters.strip == "void" ? [] : parameters.split(",").map { |parameter| kinds(parameter.strip.sub(/\w+\z/, "")) }
    [list, kinds(result)]
  end

  def test_the_functions_are_those_of_the_headers
    Library::FUNCTIONS.merge(Library::BLOCKING).each do |name, (parameters, result)|
      expected, answer = declared(name)
      assert_equal expected.size, parameters.size, name
      parameters.zip(expected) { |kind, fitting| assert_includes fitting, kind, name }
      assert_includes answer, result, name
    end
  end

  def test_the_constants_are_those_of_the_headers
    { OK: "OK", MEMORY: "ERROR_MEMORY", ARGUMENT: "ERROR_ARGUMENT", POLICY: "ERROR_POLICY", REQUEST: "ERROR_REQUEST",
      BLOCK: "ERROR_BLOCK", VERSION: "ERROR_VERSION", LIMIT: "ERROR_LIMIT" }.each do |ours, theirs|
      assert_match(/RETURNS_#{theirs} = #{Library.const_get(ours)}\b/, HEADERS)
    end
    assert_match(/#define RETURNS_OF_REQUEST UINT32_MAX/, HEADERS)
    policy = Libreturns::Policy
    { TYPES: "TYPE", SCOPES: "SCOPE", DRAWINGS: "DRAWING" }.each do |ours, theirs|
      names = policy.send(:const_get, ours)
      names = names.is_a?(Hash) ? names : names.each_with_index.to_h
      found = HEADERS.scan(/RETURNS_#{theirs}_(\w+) = (\d+)/).to_h { |name, number| [name.downcase.to_sym, number.to_i] }
      assert_equal found, names.reject { |name, _| name == :unknown }
    end
    struct = HEADERS[/typedef struct returns_options \{.*?\}/m]
    assert_equal %w[uint32_t int32_t], struct.scan(/^\s*(\w+_t) \w+;/).flatten
  end

  def test_the_version
    assert_equal Libreturns::VERSION, Library.returns_version
  end

  # ---- signatures ----

  INTERNAL = %i[Library Compiler Answer Encoder Steps].freeze
  UNSIGNED = %w[== eql? hash inspect to_s to_h to_json deconstruct_keys marshal_dump marshal_load _dump handle read set_line
                unset_line].freeze

  def test_every_public_method_has_a_signature
    signatures = File.read(File.join(__dir__, "..", "sig", "libreturns.rbs"))
    classes = (Libreturns.constants - INTERNAL).map { |name| Libreturns.const_get(name) }.grep(Module)
    assert_operator classes.size, :>, 20
    classes.each do |owner|
      body = signatures[/^  (?:class|module) #{owner.name.split("::").last}\b.*?^  end$/m]
      assert body, "#{owner} has no signature"
      methods = owner.public_instance_methods(false).map(&:name) - UNSIGNED
      methods.each { |name| assert_match(/^    (?:def|attr_reader|alias) #{Regexp.escape(name)}:/, body, "#{owner}##{name}") }
    end
  end
end
