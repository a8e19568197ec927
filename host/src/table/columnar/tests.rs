use std::sync::Arc;

use parquet::basic::Compression;
use parquet::data_type::{
    BoolType, ByteArray, ByteArrayType, DataType, DoubleType, FloatType, Int32Type, Int64Type,
};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::parser::parse_message_type;

use crate::table::{Column, Table, TableError};

type Group<'a> = SerializedRowGroupWriter<'a, Vec<u8>>;

/// A file of this schema, with a row group for each call of `fill`.
fn file(schema: &str, compression: Compression, fill: &[&dyn Fn(&mut Group<'_>)]) -> Vec<u8> {
    let schema = Arc::new(parse_message_type(schema).unwrap());
    let properties = Arc::new(WriterProperties::builder().set_compression(compression).build());
    let mut writer = SerializedFileWriter::new(Vec::new(), schema, properties).unwrap();
    for fill in fill {
        let mut group = writer.next_row_group().unwrap();
        fill(&mut group);
        group.close().unwrap();
    }
    writer.into_inner().unwrap()
}

fn put<T: DataType>(
    group: &mut Group<'_>,
    values: &[T::T],
    levels: Option<&[i16]>,
    repeated: Option<&[i16]>,
) {
    let mut column = group.next_column().unwrap().unwrap();
    column.typed::<T>().write_batch(values, levels, repeated).unwrap();
    column.close().unwrap();
}

fn texts(values: &[&str]) -> Vec<ByteArray> {
    values.iter().map(|&value| value.into()).collect()
}

fn read(bytes: &[u8]) -> Result<Table, TableError> {
    Table::from_bytes(bytes, "t.parquet")
}

fn fields<'a>(table: &'a Table, column: &str) -> Vec<&'a str> {
    table.column(column).unwrap().iter().collect()
}

const PLAIN: &str = "message t { required int64 n; optional int32 small (UINT_8); required double x; \
                     required float y; optional boolean flag; optional binary name (UTF8); required binary raw; \
                     required int32 u (UINT_32); }";

fn plain(group: &mut Group<'_>) {
    put::<Int64Type>(group, &[i64::MAX, -1], None, None);
    put::<Int32Type>(group, &[200], Some(&[1, 0]), None);
    put::<DoubleType>(group, &[91.607, f64::NAN], None, None);
    put::<FloatType>(group, &[0.1, 1e30], None, None);
    put::<BoolType>(group, &[true], Some(&[0, 1]), None);
    put::<ByteArrayType>(group, &texts(&["é,\n"]), Some(&[1, 0]), None);
    put::<ByteArrayType>(group, &texts(&["012034", "1"]), None, None);
    put::<Int32Type>(group, &[-1, 7], None, None);
}

#[test]
fn every_plain_type_is_read_in_every_compression_and_over_row_groups() {
    let none = Compression::UNCOMPRESSED;
    for compression in [
        none,
        Compression::SNAPPY,
        Compression::GZIP(Default::default()),
        Compression::ZSTD(Default::default()),
    ] {
        let table = read(&file(PLAIN, compression, &[&plain, &plain])).unwrap();
        let names: Vec<&str> = table.columns().iter().map(Column::name).collect();
        assert_eq!(names, ["n", "small", "x", "y", "flag", "name", "raw", "u"]);
        let twice = |values: [&'static str; 2]| [values, values].concat();
        assert_eq!(fields(&table, "n"), twice(["9223372036854775807", "-1"]));
        assert_eq!(fields(&table, "small"), twice(["200", ""]));
        assert_eq!(fields(&table, "x"), twice(["91.607", "NaN"]));
        assert_eq!(fields(&table, "y"), twice(["0.1", "1e30"]));
        assert_eq!(fields(&table, "flag"), twice(["", "true"]));
        assert_eq!(fields(&table, "name"), twice(["é,\n", ""]));
        assert_eq!(fields(&table, "raw"), twice(["012034", "1"]));
        assert_eq!(fields(&table, "u"), twice(["4294967295", "7"]));
        assert_eq!((0..4).map(|row| table.line(row)).collect::<Vec<_>>(), [1, 2, 3, 4]);
    }
}

#[test]
fn lists_are_json() {
    let schema = "message t { optional group curve (LIST) { repeated group list { optional double element; } } \
                  repeated int32 old; required group names (LIST) { repeated binary array (UTF8); } }";
    let fill = |group: &mut Group<'_>| {
        // [0.5, null, 0.25], [], nothing, [1]
        put::<DoubleType>(group, &[0.5, 0.25, 1.0], Some(&[3, 2, 3, 1, 0, 3]), Some(&[0, 1, 1, 0, 0, 0]));
        // [1, 2], [], [3], [4]
        put::<Int32Type>(group, &[1, 2, 3, 4], Some(&[1, 1, 0, 1, 1]), Some(&[0, 1, 0, 0, 0]));
        // ["a"], [], ["\"", "b"], []
        put::<ByteArrayType>(
            group,
            &texts(&["a", "\"", "b"]),
            Some(&[1, 0, 1, 1, 0]),
            Some(&[0, 0, 0, 1, 0]),
        );
    };
    let table = read(&file(schema, Compression::SNAPPY, &[&fill])).unwrap();
    assert_eq!(fields(&table, "curve"), ["[0.5,null,0.25]", "[]", "", "[1]"]);
    assert_eq!(fields(&table, "old"), ["[1,2]", "[]", "[3]", "[4]"]);
    assert_eq!(fields(&table, "names"), ["[\"a\"]", "[]", "[\"\\\"\",\"b\"]", "[]"]);
}

#[test]
fn types_that_are_not_read_are_named_with_their_columns() {
    let schema = "message t { required int64 n; required int64 at (TIMESTAMP_MILLIS); \
                  optional group s { required int32 a; required int32 b; } required int32 day (DATE); \
                  required int96 old; required fixed_len_byte_array(4) f; }";
    assert_eq!(
        read(&file(schema, Compression::UNCOMPRESSED, &[])).unwrap_err().to_string(),
        "t.parquet: column `at` holds values of the type timestamp_millis, column `s` holds a structure, \
         column `day` holds values of the type date, column `old` holds values of the type int96, \
         column `f` holds values of the type fixed_len_byte_array; a table has columns of numbers, booleans, text and \
         lists of them: convert or leave out the others"
    );
}

#[test]
fn bytes_that_are_not_text_are_named_by_row() {
    let fill = |group: &mut Group<'_>| {
        let values = [ByteArray::from("a"), ByteArray::from(vec![0xe9]), ByteArray::from("b")];
        put::<ByteArrayType>(group, &values, None, None);
    };
    let bytes = file("message t { required binary b; }", Compression::UNCOMPRESSED, &[&fill]);
    assert_eq!(
        read(&bytes).unwrap_err().to_string(),
        "t.parquet: 1 row is malformed\n  line 2: the field of `b` is not UTF-8 text"
    );
}

#[test]
fn a_compression_that_is_not_read_is_named() {
    // With lz4 in place of snappy in the description of the column: its number is 7 in place of 1, twice over in zigzag.
    let fill = |group: &mut Group<'_>| put::<Int32Type>(group, &[1], None, None);
    let mut bytes = file("message t { required int32 n; }", Compression::SNAPPY, &[&fill]);
    let place = bytes.windows(4).rposition(|four| four == [b'n', 0x15, 0x02, 0x16]).unwrap() + 2;
    bytes[place] = 0x0e;
    assert_eq!(
        read(&bytes).unwrap_err().to_string(),
        "t.parquet is compressed with lz4_raw; write it with snappy, gzip, zstd or no compression"
    );
}

#[test]
fn a_file_without_rows_has_its_columns() {
    let table = read(&file(PLAIN, Compression::UNCOMPRESSED, &[])).unwrap();
    assert_eq!((table.len(), table.columns().len()), (0, 8));
}

#[test]
fn a_file_cut_anywhere_is_refused() {
    let whole = file(PLAIN, Compression::SNAPPY, &[&plain]);
    for length in 5..whole.len() {
        let message = read(&whole[..length]).unwrap_err().to_string();
        assert!(
            message.starts_with("t.parquet is a Parquet file that is cut short or damaged: "),
            "{message}"
        );
        assert!(message.ends_with("; copy or download it again"), "{message}");
    }
}

#[test]
fn no_changed_byte_makes_the_reader_panic() {
    for compression in [Compression::UNCOMPRESSED, Compression::SNAPPY] {
        let whole = file(PLAIN, compression, &[&plain]);
        for (place, change) in (5..whole.len()).zip([0x01, 0x80, 0xff].into_iter().cycle()) {
            let mut changed = whole.clone();
            changed[place] ^= change;
            let _ = read(&changed);
        }
    }
}
