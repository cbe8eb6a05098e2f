// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <string_view>

namespace holdfast::catalog {

/// What the schema has on PostgreSQL beside tables and indexes (interop 07, section 2.15): functions for reports
/// written for the peer, and a planner's hint.
inline constexpr std::string_view postgres_functions = R"sql(
ALTER TABLE path ALTER COLUMN path SET STATISTICS 1000;

CREATE OR REPLACE FUNCTION bareos_frombase64(field TEXT) RETURNS BIGINT
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $body$
DECLARE
  digits CONSTANT TEXT := 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  magnitude TEXT := ltrim(field, '-');
  number BIGINT := 0;
BEGIN
  FOR at IN 1 .. length(magnitude) LOOP
    number := (number << 6) + strpos(digits, substr(magnitude, at, 1)) - 1;
  END LOOP;
  RETURN CASE WHEN left(field, 1) = '-' THEN -number ELSE number END;
END
$body$;

CREATE OR REPLACE FUNCTION decode_lstat(lst TEXT, params TEXT[] DEFAULT
  ARRAY['st_dev', 'st_ino', 'st_mode', 'st_nlink', 'st_uid', 'st_gid', 'st_rdev', 'st_size', 'st_blksize',
        'st_blocks', 'st_atime', 'st_mtime', 'st_ctime', 'linkfi', 'st_flags', 'data'])
RETURNS TABLE (st_dev BIGINT, st_ino BIGINT, st_mode BIGINT, st_nlink BIGINT, st_uid BIGINT, st_gid BIGINT,
  st_rdev BIGINT, st_size BIGINT, st_blksize BIGINT, st_blocks BIGINT, st_atime BIGINT, st_mtime BIGINT,
  st_ctime BIGINT, linkfi BIGINT, st_flags BIGINT, data BIGINT)
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $body$
DECLARE
  names CONSTANT TEXT[] := ARRAY['st_dev', 'st_ino', 'st_mode', 'st_nlink', 'st_uid', 'st_gid', 'st_rdev',
    'st_size', 'st_blksize', 'st_blocks', 'st_atime', 'st_mtime', 'st_ctime', 'linkfi', 'st_flags', 'data'];
  fields TEXT[] := string_to_array(lst, ' ');
  numbers BIGINT[];
BEGIN
  FOR at IN 1 .. 16 LOOP
    IF names[at] = ANY (params) THEN
      numbers[at] := bareos_frombase64(coalesce(fields[at], 'A'));
    END IF;
  END LOOP;
  RETURN QUERY SELECT numbers[1], numbers[2], numbers[3], numbers[4], numbers[5], numbers[6], numbers[7],
    numbers[8], numbers[9], numbers[10], numbers[11], numbers[12], numbers[13], numbers[14], numbers[15],
    numbers[16];
END
$body$;
)sql";

}  // namespace holdfast::catalog
